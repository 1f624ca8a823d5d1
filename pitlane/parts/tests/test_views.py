"""The pages of parts: what each shows, what its buttons do, who may not."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pitlane.catalog.tests.factories import client_of
from pitlane.core.testing import Shop, nothing_changes
from pitlane.parts import commands, queries
from pitlane.parts.models import Movement, Part, Requisition, StockLevel, Substitute, Warehouse

from . import factories

CLERK = ("parts.view", "parts.edit", "parts.cost", "parts.receive", "parts.issue", "parts.adjust")
HEAD = {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0"}


def test_the_list_searches_filters_and_pages(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop, category="滤清器", min_stock=Decimal(2))
    factories.part(shop, code="BK-01", name="前制动片", category="制动")
    factories.stock(shop, house, item, "1")
    client = client_of(shop, *CLERK)
    page = client.get("/parts/")
    assert page.status_code == 200
    assert "本店库存金额" in page.content.decode()
    for query, found in (("q=jylqq", 1), ("q=zzz", 0), ("category=制动", 1), ("view=low", 1), ("view=stocked", 1)):
        context = client.get(f"/parts/?{query}").context
        assert len(context["page"].rows) == found, query
    assert "本店库存金额" not in client_of(shop, "parts.view").get("/parts/").content.decode()


def test_pages_go_forth_and_back(shop: Shop) -> None:
    for n in range(120):
        Part.objects.create(org_id=shop.org_id, code=f"P-{n:03d}", name=f"配件 {n}", price=100)
    client = client_of(shop, "parts.view")
    second = client.get("/parts/" + client.get("/parts/").context["next_url"])
    codes = [row.code for row in second.context["page"].rows]
    assert codes[0] == "P-050" and len(codes) == 50
    back = client.get(f"/parts/{second.context['prev_url']}")
    assert back.context["page"].rows[0].code == "P-000"
    assert back.context["page"].before == ""


def test_a_part_is_made_and_changed_on_its_form(shop: Shop) -> None:
    client = client_of(shop, *CLERK)
    facts = {"code": "x-1", "name": "火花塞", "grade": "oem", "unit": "支", "price": "1,20元", "fits": "大众 朗逸\n\n"}
    assert client.post("/parts/new", facts).status_code == 422
    made = client.post("/parts/new", facts | {"price": "￥120", "min_stock": "4", "active": "on"})
    part = Part.objects.get()
    assert made.url == reverse("parts:detail", args=[part.pk])
    assert (part.price.fen, part.fits, part.min_stock) == (12000, ["大众 朗逸"], 4)
    edit = reverse("parts:edit", args=[part.pk])
    assert client.get(edit).context["form"].initial["fits"] == "大众 朗逸"
    drawer = client.post(
        edit, facts | {"price": "130", "min_stock": "4", "version": "9"}, headers={"HX-Request": "true"}
    )
    assert drawer.status_code == 422 and "<html" not in drawer.content.decode()
    ok = client.post(edit, facts | {"price": "130", "min_stock": "4", "version": "1"}, headers={"HX-Request": "true"})
    assert (ok.status_code, ok.headers["HX-Redirect"]) == (204, made.url)


def test_a_delivery_of_two_lines(shop: Shop) -> None:
    house, item, other = factories.warehouse(shop), factories.part(shop), factories.part(shop, code="X-1", name="机油")
    factories.want(shop, house, item, "order_part:1")
    client = client_of(shop, *CLERK)
    assert client.get(f"/parts/receive?part={item.code}").status_code == 200
    body = HEAD | {"warehouse": house.ref, "supplier": "京东养车", "document": "S1"}
    lines = {
        "line-0-part": f"{item.code} {item.name}",
        "line-0-quantity": "2",
        "line-0-unit_cost": "20",
        "line-0-bin": "A-1",
        "line-1-part": "机油",
    }
    bad = client.post("/parts/receive", body | lines)
    assert bad.status_code == 422 and Movement.objects.filter(kind="receipt").count() == 0
    done = client.post("/parts/receive", body | lines | {"line-1-quantity": "0.5", "line-1-unit_cost": "30"})
    assert done.status_code == 302, done.content.decode()[:3000]
    figures = dict(StockLevel.objects.values_list("part_id", "on_hand"))
    assert figures == {item.pk: 2, other.pk: Decimal("0.5")}
    assert Requisition.objects.get().state == "reserved"
    empty = client.post("/parts/receive", body)
    assert empty.status_code == 422 and "至少要有一行" in empty.content.decode()


def test_a_count_is_taken(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "5")
    client = client_of(shop, *CLERK)
    page = reverse("parts:adjust", args=[item.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"warehouse": house.ref, "counted": "4", "reason": ""}).status_code == 422
    assert client.post(page, {"warehouse": house.ref, "counted": "4", "reason": "盘亏"}).status_code == 302
    assert StockLevel.objects.get().on_hand == 4


def test_the_queue_hands_out_and_takes_back(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2")
    rows = [factories.want(shop, house, item, f"order_part:{n}") for n in range(3)]
    client = client_of(shop, *CLERK)
    queue = reverse("parts:requisitions")
    assert [len(client.get(f"{queue}?view={view}").context["page"].rows) for view in ("ready", "short", "issued")] == [
        2,
        1,
        0,
    ]
    client.post(reverse("parts:issue"), {"ids": [rows[0].ref, rows[1].ref]})
    assert list(Requisition.objects.order_by("pk").values_list("state", flat=True)) == [
        "issued",
        "issued",
        "backordered",
    ]
    back = reverse("parts:return", args=[rows[0].pk])
    assert client.get(back).status_code == 200
    client.post(back, {"quantity": "1", "reason": "多领"})
    assert Requisition.objects.get(pk=rows[2].pk).state == "reserved"
    client.post(reverse("parts:cancel", args=[rows[2].pk]))
    assert Requisition.objects.get(pk=rows[2].pk).state == "cancelled"


def test_substitutes_and_the_first_warehouse(shop: Shop) -> None:
    client = client_of(shop, *CLERK)
    assert client.get("/parts/receive").url == "/parts/"
    client.post(reverse("parts:open_warehouse"))
    assert Warehouse.objects.get().main
    item, other = factories.part(shop), factories.part(shop, code="X-1")
    page = reverse("parts:substitutes", args=[item.pk])
    client.post(page, {"other": "nothing"})
    assert Substitute.objects.count() == 0
    client.post(page, {"other": "x-1", "supersedes": "on"})
    assert Substitute.objects.get().supersedes
    assert "X-1" in client.get(reverse("parts:detail", args=[item.pk])).content.decode()
    client.post(page, {"remove": other.ref})
    assert Substitute.objects.count() == 0


def test_suggestions(shop: Shop) -> None:
    factories.part(shop)
    found = client_of(shop, "parts.view").get("/parts/find?q=jylqq").json()["parts"]
    assert [(row["code"], row["available"]) for row in found] == [("OF-VWA", "0")]


def test_viewers_see_and_change_nothing(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2", 777)
    req = factories.want(shop, house, item, "order_part:1")
    client = client_of(shop, "parts.view")
    shown = client.get(reverse("parts:detail", args=[item.pk])).content.decode()
    assert "7.77" not in shown and "调整库存" not in shown
    pages = [
        ("new", []),
        ("receive", []),
        ("edit", [item.pk]),
        ("adjust", [item.pk]),
        ("substitutes", [item.pk]),
        ("return", [req.pk]),
        ("cancel", [req.pk]),
        ("issue", []),
        ("open_warehouse", []),
    ]
    for name, args in pages:
        with nothing_changes():
            assert client.post(reverse(f"parts:{name}", args=args), {"ids": [req.ref]}).status_code == 403, name
    nobody = client_of(shop, "customers.view")
    for url in ("/parts/", reverse("parts:requisitions"), reverse("parts:detail", args=[item.pk]), "/parts/find"):
        assert nobody.get(url).status_code == 403


@pytest.mark.parametrize("path", ["/parts/", "/parts/requisitions/", "/parts/?q=机油"])
def test_one_row_costs_as_many_queries_as_thirty(shop: Shop, path: str) -> None:
    house = factories.warehouse(shop)

    def grow(numbers: range) -> None:
        for n in numbers:
            item = factories.part(shop, code=f"P-{n:02d}")
            factories.stock(shop, house, item, "2")
            factories.want(shop, house, item, f"order_part:{n}", order_id=n + 1)

    def count() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(path).status_code == 200
        return len(context)

    client = client_of(shop, *CLERK)
    grow(range(1))
    client.get(path)
    one = count()
    grow(range(1, 30))
    client.get(path)
    assert count() == one


def test_the_list_is_paged_by_code_in_both_directions(shop: Shop) -> None:
    for number in range(5):
        factories.part(shop, code=f"C{number}")
    by = shop.boss()
    codes = sorted(Part.objects.values_list("code", flat=True))
    for falling, wanted in ((False, codes), (True, codes[::-1])):
        first = queries.part_page(by, size=2, falling=falling)
        second = queries.part_page(by, size=2, falling=falling, after=first.after)
        assert [row.code for row in (*first.rows, *second.rows)] == wanted[:4]
        back = queries.part_page(by, size=2, falling=falling, before=second.before)
        assert [row.code for row in back.rows] == wanted[:2] and not back.before


def test_labels_for_one_and_for_many_parts(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop, barcode="6901234567892")
    factories.stock(shop, house, item, "3", bin="A-01-2")
    plain = factories.part(shop, code="BK-01", name="前制动片")
    client = client_of(shop, "parts.view")
    one = client.get(f"/parts/{item.ref}/label?copies=3").content.decode()
    assert one.count("pl-label--part") == 3 and "A-01-2" in one and "6901234567892" in one and "<path" in one
    many = client.post("/parts/labels", {"ids": [plain.ref, item.ref]}).content.decode()
    assert many.index("BK-01") < many.index("OF-VWA")
    found = client.post("/parts/labels?q=BK-01", {"all": "1"}).content.decode()
    assert found.count("pl-label--part") == 1 and "BK-01" in found
    assert "请先勾选配件" in client.post("/parts/labels", {}, follow=True).content.decode()


def test_the_storekeepers_home_page_says_who_waits_at_the_bay(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop, name="机油滤清器")
    factories.stock(shop, house, item, "2")
    for number in (1, 2, 3):
        factories.want(shop, house, item, f"order_part:{number}")
    who = shop.actor("workshop.work")
    commands.ask_for(demands=["order_part:2"], by=who, at=at)
    clerk = client_of(shop, *CLERK)
    shown = clerk.get("/").content.decode()
    assert f"{who.name} 等料" in shown and "缺件 1 项" in shown
    first = Requisition.objects.get(demand="order_part:2")
    assert shown.index(first.ref) < shown.index(Requisition.objects.get(demand="order_part:1").ref)
    clerk.post("/parts/requisitions/issue", {"ids": first.ref})
    assert first.ref not in clerk.get("/").content.decode()
    assert "缺件 1 项" not in client_of(shop, "parts.view").get("/").content.decode()
