"""The pages of billing: what they show, what they do, whom they turn away."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Approval, Store
from pitlane.accounts.queries import actor_for
from pitlane.billing import commands, plugs, queries
from pitlane.billing.models import CreditAccount, Payment, Settlement, TillSession
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop

from .factories import a_cashier, approve, on_account, paid, reload, settled, sign_in, yuan

ALL = ("billing.*", "customers.*")


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def key_in(html: str) -> str:
    found = re.search(r'name="request_key" value="([^"]+)"', html)
    assert found
    return found[1]


def test_the_list_shows_what_waits_and_its_sum(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = settled(shop, amount="1234.50")
    paid(shop, settled(shop, bill.customer, 99, 8), 99)
    html = page(client, "/billing/")
    assert "J1123-001" in html and "J1123-002" not in html and "1,234.50" in html and "京" in html
    assert "J1123-002" in page(client, "/billing/?view=all&period=")
    assert "J1123-001" in page(client, "/billing/?view=due&q=王建国")
    assert "J1123-001" not in page(client, "/billing/?view=due&payer=insurer")


def test_a_list_has_the_same_queries_at_one_and_at_thirty(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    customer = settled(shop).customer
    counts: dict[str, list[int]] = {}
    urls = ("/billing/?view=all&period=", "/billing/payments/", "/billing/credit/", "/billing/day/")
    for rows in (1, 30):
        for number in range(2, rows + 1):
            paid(shop, settled(shop, customer, 100, 100 + number), 50)
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                page(client, url)
            counts.setdefault(url, []).append(len(queries))
    assert all(one == thirty for one, thirty in counts.values()), counts


def test_the_page_of_a_bill(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = settled(shop)
    paid(shop, bill, 100, reference="POS-778")
    html = page(client, f"/billing/settlements/{bill.ref}/")
    for text in ("J1123-001", "部分已付", "POS-778", "工时费", "1 × ¥300.00 = ¥300.00", "还差 ¥200.00"):
        assert text in html, text
    assert "退款" in html and f"/billing/payments/{Payment.objects.get().ref}/refund/" in html


def test_the_statement_has_six_parts_capitals_and_signatures(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.view")
    bill = settled(shop, amount="3035.60")
    html = page(client, f"/billing/settlements/{bill.ref}/print/")
    parts = ("诊断费", "检测费", "材料费", "工时费", "加工费", "其他费用")
    for text in (*parts, "叁仟零叁拾伍元陆角整", "旧件处理", "客户自带配件", "托修方签字", "承修方（盖章）", "<svg"):
        assert text in html, text


def test_the_receipt(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.view")
    payment = paid(shop, settled(shop), 120)
    assert "壹佰贰拾元整" in page(client, f"/billing/payments/{payment.ref}/receipt/")


def test_a_refund_from_the_form_asks_then_pays(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = settled(shop)
    payment = paid(shop, bill, 300)
    url = f"/billing/payments/{payment.ref}/refund/"
    form = {"amount": "1,00", "method": "card", "reason": "多收了", "request_key": key_in(page(client, url))}
    assert "逗号位置" in client.post(url, form).content.decode()
    answer = client.post(url, form | {"amount": "100元"}, follow=True)
    assert "申请已提交" in answer.content.decode() and Payment.objects.count() == 1
    assert "正在等审批" in page(client, url)
    approve(shop, Approval.objects.get())
    assert 'value="100.00"' in page(client, url)
    answer = client.post(url, form | {"amount": "100"}, follow=True)
    assert "已退款" in answer.content.decode() and reload(bill).paid == yuan(200)


def test_a_refusal_stays_in_the_form(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    payment = paid(shop, settled(shop), 100)
    url = f"/billing/payments/{payment.ref}/refund/"
    answer = client.post(url, {"amount": "200", "method": "card", "reason": "x", "request_key": "k"})
    assert answer.status_code == 200 and "最多还能退 ¥100.00" in answer.content.decode()


def test_a_shift_from_opening_to_closing(client: Client, shop: Shop, at: datetime) -> None:
    staff = sign_in(client, shop, *ALL)
    assert "备用金" in page(client, "/billing/till/")
    client.post("/billing/till/open", {"float_amount": "500"})
    till = TillSession.objects.get()
    paid(shop, settled(shop), 300, "cash", by=shop.actor("billing.pay", staff_id=staff.pk))
    assert "800.00" in page(client, "/billing/till/")
    url = f"/billing/till/{till.ref}/close"
    assert "账款不符" in client.post(url, {"cash": "790"}).content.decode()
    answer = client.post(url, {"cash": "790", "note": "找零多给"}, follow=True)
    assert "交班单" in answer.content.decode() and reload(till).difference == yuan(-10)
    assert "还没有交班" not in page(client, "/billing/day/?day=2026-11-23")


def test_the_day_adds_up(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = settled(shop, amount=1000)
    paid(shop, bill, 400)
    on_account(shop, 250, 8)
    html = page(client, "/billing/day/?day=2026-11-23")
    assert "1,250.00" in html and "400.00" in html
    assert page(client, "/billing/day/?day=2020-01-01").count("0.00") > 10


def test_an_account_from_opening_to_clearing(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = on_account(shop)
    account = CreditAccount.objects.get()
    assert "顺达物流" in page(client, "/billing/credit/")
    html = page(client, f"/billing/credit/{account.ref}/?first=2026-11-01&last=2026-11-30")
    assert "J1123-001" in html and "期末" in html
    assert "对账单" in page(client, f"/billing/credit/{account.ref}/print?first=2026-11-01&last=2026-11-30")
    url = f"/billing/credit/{account.ref}/clear/"
    form = {"amount": "400", "method": "bank", "bills": [bill.ref], "request_key": key_in(page(client, url))}
    assert "请求" not in client.post(url, form, follow=True).content.decode()
    assert (reload(bill).state, reload(account).balance) == ("paid", yuan(0))
    edit = f"/billing/credit/{account.ref}/edit"
    page(client, edit)
    client.post(edit, {"limit": "2万", "days": "45", "active": "on"})
    assert (reload(account).limit, reload(account).days) == (yuan(20000), 45)


def test_a_new_account_begins_with_finding_the_customer(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    customer = settled(shop).customer
    assert "查找" in page(client, "/billing/credit/new")
    assert "没有找到" in page(client, "/billing/credit/new?q=没有这人")
    client.post(f"/billing/credit/new?customer={customer.ref}", {"limit": "5000", "days": "30"})
    assert CreditAccount.objects.get().limit == yuan(5000)


def test_empty_pages_say_what_to_do(client: Client, shop: Shop) -> None:
    sign_in(client, shop, *ALL)
    for url in ("/billing/", "/billing/payments/", "/billing/credit/", "/billing/till/", "/billing/day/"):
        page(client, url)


def test_who_may_not_is_told_what_is_missing(client: Client, shop: Shop, at: datetime) -> None:
    payment = paid(shop, settled(shop), 10)
    sign_in(client, shop, "billing.view")
    page(client, f"/billing/payments/{payment.ref}/refund/", 403)
    page(client, "/billing/credit/new", 403)
    page(client, "/billing/till/", 403)


def test_another_store_and_another_organisation_do_not_exist(
    client: Client, shop: Shop, other_shop: Shop, at: datetime
) -> None:
    bill = settled(shop)
    payment = paid(shop, bill, 10)
    sign_in(client, shop, *ALL)
    with scope(other_shop.org_id):
        foreign = settled(other_shop)
    page(client, f"/billing/settlements/{foreign.ref}/", 404)
    type(bill).objects.filter(pk=bill.pk).update(store_id=shop.other_store_id)
    Payment.objects.update(store_id=shop.other_store_id)
    for url in (f"settlements/{bill.ref}/", f"settlements/{bill.ref}/print/", f"payments/{payment.ref}/receipt/"):
        page(client, f"/billing/{url}", 404)


def test_a_manager_closes_for_a_colleague(client: Client, shop: Shop, at: datetime) -> None:
    colleague = a_cashier(shop)
    commands.open_till(store_id=shop.store_id, by=shop.actor("billing.pay", staff_id=colleague.pk), at=at)
    sign_in(client, shop, *ALL)
    assert "代交班" in page(client, "/billing/till/")
    client.post(f"/billing/till/{TillSession.objects.get().ref}/close", {"cash": "0"})
    assert TillSession.objects.get().closed_by == "周洁"


@pytest.mark.parametrize("url", ["/billing/", "/billing/day/", "/billing/credit/"])
def test_signing_in_comes_first(client: Client, shop: Shop, url: str) -> None:
    assert client.get(url).status_code == 302


def test_a_deposit_goes_back_from_the_cash_book(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    Store.objects.filter(pk=shop.store_id).update(settings={"refund_without_approval_fen": 100000})
    customer = settled(shop).customer
    facts = {"order_id": 7, "order_number": "W", "store_id": shop.store_id, "customer_id": customer.pk}
    deposit = commands.take_deposit(**facts, method="card", amount=yuan(200), request_key="d", by=shop.boss(), at=at)
    url = f"/billing/payments/{deposit.ref}/refund/"
    assert url in page(client, "/billing/payments/?view=deposit&period=")
    form = {"amount": "201", "method": "cash", "reason": "不修了", "request_key": key_in(page(client, url))}
    assert "定金余额不足" in client.post(url, form).content.decode()
    client.post(url, form | {"amount": "150"})
    assert Payment.objects.get(kind="refund").amount == yuan(-150)


def test_the_customer_page_shows_money(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *ALL)
    bill = on_account(shop)
    html = page(client, f"/customers/{bill.payer.ref}")
    assert "累计消费" in html and "J1123-001" in html and "对账" in html


def test_a_bill_explains_tax_and_small_change(client: Client, shop: Shop, at: datetime) -> None:
    terms = {"tax_rate": "0.06", "prices_include_tax": False, "round_off_fen": 100}
    accounts.set_store_terms(store_id=shop.store_id, changes=terms, by=shop.boss(), at=at)
    sign_in(client, shop, *ALL)
    bill = settled(shop, amount="100.10")
    assert (bill.total, bill.rounding, bill.tax) == (yuan(106), yuan("0.11"), yuan("6.01"))
    for url in (f"/billing/settlements/{bill.ref}/", f"/billing/settlements/{bill.ref}/print/"):
        shown = page(client, url)
        assert "抹零" in shown and "0.11" in shown and "6.01" in shown
    assert "加税" in page(client, f"/billing/settlements/{bill.ref}/")


def test_the_cashiers_home_page_shows_the_open_shift(client: Client, shop: Shop, at: datetime) -> None:
    person = sign_in(client, shop, "billing.pay", "billing.view")
    assert "收现金前先开班" in page(client, "/")
    by = actor_for(person)
    commands.open_till(store_id=shop.store_id, float_amount=yuan(500), by=by, at=at)
    shown = page(client, "/")
    assert "含备用金" in shown and "500.00" in shown
    assert plugs.till(by=shop.boss(), at=at, store_id=shop.store_id) is None, "who writes orders is not urged"
    assert plugs.till(by=shop.actor("billing.view"), at=at, store_id=shop.store_id) is None


def test_what_lies_on_account_is_told_by_age(shop: Shop, at: datetime, django_assert_num_queries: Any) -> None:
    on_account(shop, 400)
    old = on_account_again(shop, 250, at - timedelta(days=75))
    with django_assert_num_queries(1):
        found = queries.receivables(by=shop.boss(), at=at)
    assert found.total == yuan(650)
    assert [(row.amount, row.percent, row.late) for row in found.ages] == [
        (yuan(400), 61, False),
        (yuan(0), 0, False),
        (yuan(250), 38, True),
        (yuan(0), 0, True),
    ]
    assert [(one.name, one.amount) for one in found.largest] == [(old.payer_name, yuan(650))]
    elsewhere = shop.actor("billing.credit", store_id=shop.other_store_id)
    assert queries.receivables(by=elsewhere, at=at).total == yuan(0)


def test_the_debtors_stand_on_the_home_page_of_finance_only(client: Client, shop: Shop, at: datetime) -> None:
    on_account(shop, 400)
    assert plugs.owed(by=shop.actor("billing.pay"), at=at) is None
    sign_in(client, shop, "billing.*")
    html = page(client, "/")
    assert "应收账龄" in html and "90 天以上" in html


def on_account_again(shop: Shop, amount: int, settled_at: datetime) -> Settlement:
    """A second bill of the same fleet, from another day."""
    account = CreditAccount.objects.select_related("customer").get()
    bill = settled(shop, account.customer, amount, order_id=8)
    commands.charge_account(settlement_id=bill.pk, by=shop.boss(), at=settled_at)
    Settlement.objects.filter(pk=bill.pk).update(settled_at=settled_at)
    return reload(bill)
