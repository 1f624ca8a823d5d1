"""The pages: each one answers, shows what it should, and passes what is typed on to its command."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pitlane.accounts import queries as accounts
from pitlane.accounts.commands import decide_approval
from pitlane.accounts.models import Role
from pitlane.billing import queries as billing
from pitlane.core.access import PERMISSIONS
from pitlane.core.api import keyset
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.parts import queries as stock
from pitlane.workshop import commands, queries
from pitlane.workshop.commands import NewLabour
from pitlane.workshop.models import RepairOrder

from .factories import Bench, approved, bench, dispatched, finished, keys_of, opened, person, settled, usual_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


@pytest.fixture
def boss(b: Bench, client: Client) -> Client:
    staff = person(b.shop, "boss", *PERMISSIONS, name="董店长", discount=100)
    Role.objects.filter(code="r-boss").update(data_scope="org")
    client.force_login(staff, backend="pitlane.accounts.backend.StaffBackend")
    return client


def at(name: str, order: RepairOrder, *more: object) -> str:
    return reverse(f"workshop:{name}", args=[order.ref, *more])


def test_every_page_answers(b: Bench, boss: Client) -> None:
    order = finished(b)
    done = settled(b)
    car = public_id("veh", b.vehicle_id)
    pages = [
        reverse("workshop:list"),
        reverse("workshop:board"),
        reverse("workshop:board") + "?by=bay",
        reverse("workshop:my_jobs"),
        reverse("workshop:quality"),
        *(at(name, order) for name in ("order", "edit", "hold", "cancel", "decide", "discount", "dispatch", "inspect")),
        *(at(name, order) for name in ("settle", "job_sheet", "free_line", "reopen")),
        at("order", done),
        at("pay", done),
        at("line", order, order.items.get().ref),
        at("line", order, order.parts.first().ref),
        reverse("workshop:job", args=[order.items.get().ref]),
        reverse("workshop:archive", args=[car]),
        reverse("workshop:archive", args=[car]) + "?print",
    ]
    for page in pages:
        answer = boss.get(page)
        assert answer.status_code == 200, page
        drawer = boss.get(page, headers={"HX-Request": "true"})
        assert drawer.status_code == 200, page


@pytest.mark.parametrize("view", ["all", "in_shop", "mine", "due_today", "late", "parts", "customer", "unpaid"])
def test_saved_views_and_filters_work(b: Bench, boss: Client, view: str) -> None:
    opened(b, lines=usual_lines(b))
    answer = boss.get(reverse("workshop:list"), {"view": view, "q": "8K326", "type": "repair", "days": "7"})
    assert answer.status_code == 200


def test_the_list_finds_by_plate_number_and_customer(b: Bench, boss: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    for text in ("8K3", "1123-001", "王建国"):
        assert order.short_number in boss.get(reverse("workshop:list"), {"q": text}).content.decode(), text
    assert order.short_number not in boss.get(reverse("workshop:list"), {"q": "沪B"}).content.decode()


def test_adding_by_typing_and_enter(b: Bench, boss: Client) -> None:
    order = opened(b)
    found = boss.get(at("find", order), {"q": "机油"}, headers={"HX-Request": "true"}).content.decode()
    assert "机油滤清器" in found
    boss.post(at("add_line", order), {"q": "小保养"})
    assert order.items.get().name == "小保养"
    boss.post(at("add_line", order), {"add": b.filter.ref, "quantity": "2", "item": order.items.get().ref})
    assert order.parts.get().quantity == 2
    boss.post(at("free_line", order), {"kind": "fee", "name": "拖车费", "quantity": "1", "unit_price": "200"})
    assert order.items.filter(kind="fee").exists()


def test_a_line_is_edited_and_removed_in_its_drawer(b: Bench, boss: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    back = f'href="/orders/{order.ref}/">取消'
    assert back in boss.get(at("edit", order)).content.decode(), "the full page of the head leads back"
    item = order.items.get()
    facts = {
        "name": "大保养",
        "hours": "1.2",
        "unit_price": "160",
        "discount_percent": "10",
        "payers": "保险:平安 60，客户 40",
    }
    boss.post(at("line", order, item.ref), {**facts, "version": RepairOrder.objects.get(pk=order.pk).version})
    item.refresh_from_db()
    assert (item.name, item.amount.fen) == ("大保养", 17280) and item.payers == {
        "insurer:平安": "0.6",
        "customer": "0.4",
    }
    stale = boss.post(at("line", order, item.ref), {**facts, "name": "小保养", "version": 1})
    assert stale.status_code == 200 and "改过这张工单" in stale.content.decode()
    boss.post(at("remove_line", order, item.ref))
    assert not order.parts.filter(removed=False).exists()


def test_an_answer_is_taken_back_or_asked_for_again_in_the_drawer_of_the_line(b: Bench, boss: Client) -> None:
    order = approved(b)
    item = order.items.get()
    assert at("revise_line", order, item.ref) in boss.get(at("line", order, item.ref)).content.decode()
    refused = boss.post(at("revise_line", order, item.ref), {"reason": ""})
    assert refused.status_code == 200 and order.items.get().approval == "approved"
    boss.post(at("revise_line", order, item.ref), {"reason": "型号报错"})
    assert {line.approval for line in queries.lines_of(order.pk)} == {"proposed"}
    commands.decide_lines(order_id=order.pk, decisions={f"item:{item.pk}": "defer"}, by=b.by, at=NOON)
    assert at("propose_line", order, item.ref) in boss.get(at("line", order, item.ref)).content.decode()
    boss.post(at("propose_line", order, item.ref))
    assert order.items.get().approval == "proposed"


def test_the_technician_asks_the_storekeeper_for_the_parts_of_the_job(b: Bench, boss: Client, client: Client) -> None:
    order = dispatched(b)
    item = order.items.get()
    job = reverse("workshop:job", args=[item.ref])
    client.force_login(b.tech, backend="pitlane.accounts.backend.StaffBackend")
    assert "向库房要料" in client.get(job).content.decode()
    said = client.post(reverse("workshop:operate", args=[item.ref, "ask"]), follow=True).content.decode()
    assert "已向库房要料" in said and "已告诉库房" in said
    again = client.post(reverse("workshop:operate", args=[item.ref, "ask"]), follow=True).content.decode()
    assert "已经要过料了" in again
    (row, *_more) = stock.queue(b.by, view="ready").rows
    assert row.requisition.asked_by == b.tech.name


def test_a_deposit_is_taken_in_the_drawer_and_shown_until_it_is_used(b: Bench, boss: Client) -> None:
    order = approved(b)
    assert at("take_deposit", order) in boss.get(at("order", order)).content.decode()
    form = {"request_key": "once", "amount": "200", "method": "card"}
    for _click in range(2):
        boss.post(at("take_deposit", order), form)
    assert queries.order_screen(order.pk, by=b.by, at=NOON).deposit == Money(20000)
    assert "200.00" in boss.get(at("order", order)).content.decode()
    done = settled(b)
    refused = boss.post(at("take_deposit", done), {**form, "request_key": "twice"}).content.decode()
    assert "不再收定金" in refused


def test_answers_dispatch_and_inspection_by_forms(b: Bench, boss: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    commands.mark_quoted(order_id=order.pk, by=b.by, at=NOON)
    rows = [*order.items.all(), *order.parts.all()]
    boss.post(at("decide", order), {row.ref: "approve" for row in rows} | {"via": "phone"})
    item = order.items.get()
    boss.post(at("dispatch", order), {"items": [item.ref], "technicians": [b.tech.pk]})
    item.refresh_from_db()
    assert item.state == "dispatched"
    commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    commands.finish_items(order_id=order.pk, item_ids=[item.pk], by=b.technician, at=NOON)
    refused = boss.post(at("inspect", order), {"verdict": "fail"})
    assert "请选择不合格的项目" in refused.content.decode()
    boss.post(at("inspect", order), {"verdict": "pass", "road_test": "on"})
    assert RepairOrder.objects.get(pk=order.pk).state == "completed"
    boss.post(at("settle", order))
    [bill] = billing.settlements_for(order.pk)
    pay = {"settlement": bill.ref, "request_key": "k1", "method": "cash", "amount": str(bill.due.yuan)}
    boss.post(at("pay", order), pay)
    boss.post(at("pay", order), pay)
    assert RepairOrder.objects.get(pk=order.pk).state == "paid"
    boss.post(at("step", order, "deliver"))
    boss.post(at("step", order, "close"))
    assert RepairOrder.objects.get(pk=order.pk).state == "closed"


def test_the_terminal_works_step_by_step(b: Bench, client: Client) -> None:
    order = dispatched(b, lines=[NewLabour(b.brakes)])
    item = order.items.get()
    client.force_login(b.tech, backend="pitlane.accounts.backend.StaffBackend")

    def do(verb: str, **facts: str) -> None:
        client.post(reverse("workshop:operate", args=[item.ref, verb]), facts)
        item.refresh_from_db()

    do("start")
    assert item.state == "working"
    do("step", step="1", **{"value-最薄处": "2.1"})
    assert item.steps[1]["values"] == {"最薄处": "2.1"}
    assert "超出" in client.get(reverse("workshop:job", args=[item.ref])).content.decode()
    do("finding", text="制动盘有沟槽", severity="urgent")
    assert order.findings.get().text == "制动盘有沟槽"
    do("pause", reason="等配件")
    assert item.state == "paused"
    do("start")
    do("finish")
    assert item.state == "self_checked"
    client.force_login(b.other, backend="pitlane.accounts.backend.StaffBackend")
    client.post(reverse("workshop:peer", args=[item.ref]), {"verdict": "pass"})
    assert RepairOrder.objects.get(pk=order.pk).state == "qc_pending"


def test_a_finding_is_priced_from_its_drawer(b: Bench, boss: Client) -> None:
    order = dispatched(b)
    found = commands.report_finding(order_id=order.pk, text="片薄", operation_id=b.brakes, by=b.technician, at=NOON)
    page = at("finding", order, found.ref)
    assert boss.get(page, {"q": "机油"}).status_code == 200
    boss.post(page, {"resolution": "proposed"})
    assert order.items.filter(extra=True).get().name == "更换前制动片"


def test_a_discount_above_the_limit_becomes_a_request(b: Bench, client: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    client.force_login(b.advisor, backend="pitlane.accounts.backend.StaffBackend")
    answer = client.post(at("discount", order), {"percent": "30", "reason": ""})
    assert "需要审批" in answer.content.decode()
    client.post(at("discount", order), {"percent": "30", "reason": "老客户"})
    assert accounts.approval_for("discount", order.ref).state == "requested"


def test_the_bulk_bar_moves_many_orders(b: Bench, boss: Client) -> None:
    orders = [opened(b), opened(b)]
    boss.post(reverse("workshop:bulk"), {"ids": [o.ref for o in orders], "promised_at": "2026-11-24T18:00"})
    assert {o.promised_at.day for o in RepairOrder.objects.all()} == {24}


def test_a_technician_sees_no_desk_buttons_and_no_money_pages(b: Bench, client: Client) -> None:
    order = approved(b)
    client.force_login(b.tech, backend="pitlane.accounts.backend.StaffBackend")
    shown = client.get(at("order", order))
    assert shown.status_code == 200 and "毛利率" not in shown.content.decode()
    for name in ("edit", "pay", "settle", "inspect", "dispatch"):
        assert client.get(at(name, order)).status_code == 403, name


def test_lists_cost_the_same_for_one_and_thirty_rows(b: Bench, boss: Client, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dispatched(b)
    finished(b, parts=False)
    pages = [reverse("workshop:list"), reverse("workshop:board"), reverse("workshop:quality")]
    counts = {}
    for page in pages:
        boss.get(page)
        with CaptureQueriesContext(connection) as few:
            boss.get(page)
        counts[page] = len(few)
    for _ in range(8):
        dispatched(b, technician=b.other)
        finished(b, parts=False)
    for page in pages:
        with CaptureQueriesContext(connection) as many:
            boss.get(page)
        assert len(many) == counts[page], page


def test_an_order_page_costs_the_same_with_many_lines(b: Bench, boss: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one, many = opened(b, lines=usual_lines(b)), opened(b, lines=usual_lines(b) * 10)
    boss.get(at("order", one))
    with CaptureQueriesContext(connection) as few:
        boss.get(at("order", one))
    with CaptureQueriesContext(connection) as lots:
        boss.get(at("order", many))
    assert len(lots) == len(few)


def test_keys_and_late_promise_are_shown(b: Bench, boss: Client) -> None:
    order = approved(b, at=NOON - timedelta(days=2))
    text = boss.get(at("order", order)).content.decode()
    assert "F7" in text and "F9" in text and "is-bad" in text and keys_of(order)[0] in text


def test_select_all_moves_the_whole_filter_and_nothing_else(b: Bench, boss: Client) -> None:
    moved, left = opened(b), finished(b)
    everything = reverse("workshop:bulk") + "?view=all&state=checked_in"
    boss.post(everything, {"all": "1", "ids": [left.ref], "promised_at": "2026-11-25T18:00"})
    days = dict(RepairOrder.objects.values_list("pk", "promised_at"))
    assert days[moved.pk].day == 25 and (days[left.pk] is None or days[left.pk].day != 25)


@pytest.mark.parametrize("order", ["opened", "-opened", "total", "-total"])
def test_paging_by_any_order_shows_each_order_once(b: Bench, boss: Client, order: str) -> None:
    for n in range(7):
        opened(b, at=NOON + timedelta(minutes=n % 3), lines=usual_lines(b) if n % 2 else [])
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(9):
        found = queries.order_list(
            queries.OrderFilter(
                cursor=cursor,
                limit=2,
                by_column={"opened": "opened_at", "total": "total"}[order.strip("-")],
                ascending=not order.startswith("-"),
            ),
            by=b.by,
            at=NOON,
        )
        seen += [row.id for row in found.rows]
        cursor = found.next
        if not cursor:
            break
    sign = "-" if order.startswith("-") else ""
    column = {"opened": "opened_at", "total": "total"}[order.strip("-")]
    assert seen == list(RepairOrder.objects.order_by(f"{sign}{column}", f"{sign}id").values_list("pk", flat=True))


def test_the_keys_of_a_page_are_found_without_its_joins(b: Bench, django_assert_num_queries: Any) -> None:
    orders = [opened(b) for _n in range(3)]
    with django_assert_num_queries(2) as asked:
        page, _next = keyset(RepairOrder.objects.select_related("store", "customer"), None, 2, ("opened_at", "id"))
    assert [row.pk for row in page] == [orders[2].pk, orders[1].pk]
    assert "JOIN" not in asked.captured_queries[0]["sql"]


def test_the_sum_covers_the_filter_not_the_page(b: Bench) -> None:
    for _ in range(3):
        opened(b, lines=usual_lines(b))
    found = queries.order_list(queries.OrderFilter(limit=1), by=b.by, at=NOON)
    assert len(found.rows) == 1 and found.whole and found.count == "3"
    assert found.sum.fen == sum(order.total.fen for order in RepairOrder.objects.all()) > found.rows[0].total.fen


def test_a_row_opens_beside_the_list(b: Bench, boss: Client) -> None:
    order = opened(b)
    listed = boss.get(reverse("workshop:list")).content.decode()
    assert f'data-peek="{at("order", order)}"' in listed
    beside = boss.get(at("order", order), headers={"HX-Peek": "true"}).content.decode()
    assert "<html" not in beside and order.short_number in beside and "打开整页" in beside


def test_the_line_drawer_asks_before_the_house_pays(b: Bench, client: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    client.force_login(b.advisor, backend="pitlane.accounts.backend.StaffBackend")
    item = order.items.get()
    where = at("line", order, item.ref)
    sent = {"name": item.name, "hours": "0.6", "unit_price": "160.00", "discount_percent": "0", "payers": "内部 100"}
    refused = client.post(where, sent)
    assert refused.status_code == 200 and "需要审批" in refused.content.decode()
    assert client.post(where, sent | {"reason": "善意"}).status_code == 302
    approval = accounts.approval_for("discount", order.ref)
    assert (approval.state, approval.amount) == ("requested", item.list_amount)
    item.refresh_from_db()
    assert item.payers == {"customer": "1"}
    decide_approval(approval_id=approval.pk, approve=True, by=b.by, at=NOON)
    assert client.post(where, sent).status_code == 302
    item.refresh_from_db()
    assert item.payers == {"internal": "1.0"} and accounts.approval_for("discount", order.ref).state == "used"


def test_labels_carry_plate_number_and_a_code(b: Bench, boss: Client) -> None:
    first, second = opened(b), opened(b)
    one = boss.get(at("label", first) + "?copies=2").content.decode()
    assert one.count("pl-label--key") == 2 and first.short_number in one and "<svg" in one
    assert boss.get(at("label", first) + "?copies=999").content.decode().count("pl-label--key") == 20
    both = boss.post(reverse("workshop:labels"), {"ids": [first.ref, second.ref]}).content.decode()
    assert both.count("pl-label--key") == 2 and second.short_number in both
    everything = boss.post(reverse("workshop:labels") + "?view=all", {"all": "1"}).content.decode()
    assert everything.count("pl-label--key") == 2


def test_labels_of_others_are_refused(b: Bench, client: Client) -> None:
    order = opened(b)
    far = person(b.shop, "far", "workshop.view", name="远方")
    Role.objects.filter(code="r-far").update(data_scope="own")
    client.force_login(far, backend="pitlane.accounts.backend.StaffBackend")
    assert client.get(at("label", order)).status_code == 404
    assert client.post(reverse("workshop:labels"), {"ids": [order.ref]}).status_code == 404


def test_the_order_asks_before_a_job_is_added_twice(b: Bench, boss: Client) -> None:
    order = opened(b, lines=[NewLabour(b.brakes)])
    ref = public_id("opn", b.brakes)
    back = boss.post(at("add_line", order), {"add": ref})
    assert len(keys_of(order)) == 1
    assert "确实再加一份" in boss.get(back["Location"].partition("#")[0]).content.decode()
    boss.post(at("add_line", order), {"add": ref, "twice": "1"})
    assert len(keys_of(order)) == 2
