"""Programs get the same answers as pages, and the same refusals."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.test import Client

from pitlane.accounts.models import Approval
from pitlane.billing import commands
from pitlane.billing.models import Payment, TillSession
from pitlane.core.ids import public_id
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop

from .factories import a_customer, approve, on_account, paid, reload, settled, sign_in, yuan

ORDER = public_id("ord", 7)


def call(client: Client, method: str, url: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.generic(
        method, f"/api/v1/billing/{url}", json.dumps(body or {}), content_type="application/json", headers=headers
    )
    return answer.status_code, json.loads(answer.content)


def test_bills_with_explained_lines(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    bill = settled(shop)
    status, found = call(client, "GET", "settlements")
    assert status == 200 and [row["id"] for row in found["items"]] == [bill.ref]
    status, one = call(client, "GET", f"settlements/{bill.ref}")
    assert one["lines"][0]["why"] == ["1 × ¥300.00 = ¥300.00"] and one["parts_fen"]["labour"] == 30000
    assert one["order"] == ORDER
    status, money = call(client, "GET", f"orders/{ORDER}/money")
    assert (money["total_fen"], money["due_fen"], money["covered"]) == (30000, 30000, False)


def test_paging_by_key(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    customer = settled(shop).customer
    for order_id in (8, 9):
        settled(shop, customer, 10, order_id)
    _status, first = call(client, "GET", "settlements?limit=2")
    _status, second = call(client, "GET", f"settlements?limit=2&cursor={first['next']}")
    assert len({row["id"] for row in first["items"] + second["items"]}) == 3 and second["next"] is None


def test_a_repeated_payment_is_one_payment(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    bill = settled(shop)
    body = {"method": "card", "amount_fen": 10000, "request_key": "k1"}
    first = call(client, "POST", f"settlements/{bill.ref}/payments", body)
    again = call(client, "POST", f"settlements/{bill.ref}/payments", body)
    assert first[0] == 201 and first == again and Payment.objects.count() == 1
    keyed = [call(client, "POST", f"settlements/{bill.ref}/payments", {**body, "request_key": ""}, "i1") for _ in "12"]
    assert keyed[0] == keyed[1] and Payment.objects.count() == 2
    status, problem = call(client, "POST", f"settlements/{bill.ref}/payments", body | {"amount_fen": 1})
    assert (status, problem["code"]) == (409, "request_key_reused")
    too_much = {"method": "card", "amount_fen": 10001}
    status, problem = call(client, "POST", f"settlements/{bill.ref}/payments", too_much)
    assert (status, problem["code"], problem["facts"]["due"]) == (409, "overpaid", "10000")


def test_a_refund_waits_for_its_approval(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    payment = paid(shop, settled(shop), 300)
    body = {"amount_fen": 5000, "reason": "多收了"}
    status, answer = call(client, "POST", f"payments/{payment.ref}/refunds", body)
    assert status == 202 and answer["approval"] == Approval.objects.get().ref
    approve(shop, Approval.objects.get())
    status, answer = call(client, "POST", f"payments/{payment.ref}/refunds", body)
    assert status == 201 and answer["payment"]["amount_fen"] == -5000
    assert call(client, "GET", f"payments/{payment.ref}")[1]["refundable_fen"] == 25000
    assert len(call(client, "GET", "payments")[1]["items"]) == 2


def test_deposits(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*", "customers.view")
    customer = a_customer()
    place = {"order": ORDER, "store": public_id("sto", shop.store_id), "customer": customer.ref, "method": "card"}
    assert call(client, "POST", "deposits", place | {"amount_fen": 100})[0] == 404
    bill = settled(shop, customer)
    assert call(client, "POST", "deposits", place | {"amount_fen": 10000})[0] == 201
    status, used = call(client, "POST", f"settlements/{bill.ref}/deposit", {"amount_fen": 4000})
    assert (status, used["method"], reload(bill).paid) == (201, "deposit", yuan(40))
    body = place | {"amount_fen": 6000, "reason": "不修了"}
    assert call(client, "POST", "deposits/refunds", body)[0] == 202
    approve(shop, Approval.objects.get())
    assert call(client, "POST", "deposits/refunds", body)[0] == 201
    assert call(client, "GET", f"orders/{ORDER}/money")[1]["deposit_fen"] == 0


def test_credit_accounts(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*", "customers.view")
    customer = a_customer("顺达物流", "company")
    status, account = call(client, "POST", "credit-accounts", {"customer": customer.ref, "limit_fen": 50000})
    assert status == 201
    bill = settled(shop, customer, 200)
    assert call(client, "POST", f"settlements/{bill.ref}/charge")[1]["state"] == "on_account"
    url = f"credit-accounts/{account['id']}"
    _status, statement = call(client, "GET", f"{url}?first=2026-01-01&last=2099-01-01")
    assert (statement["balance_fen"], statement["bills"][0]["settlement"]) == (20000, bill.ref)
    status, made = call(client, "POST", f"{url}/clearings", {"method": "bank", "amount_fen": 20000}, "c1")
    assert status == 201 and made[0]["amount_fen"] == 20000 and reload(bill).state == "paid"
    assert call(client, "PUT", url, {"limit_fen": 100, "days": 10})[1]["limit_fen"] == 100
    assert call(client, "GET", "credit-accounts")[1][0]["available_fen"] == 100


def test_tills_and_the_day(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    status, till = call(client, "POST", "tills", {"float_fen": 50000})
    assert status == 201 and till["expected_fen"]["cash"] == 50000
    on_account(shop, 100)
    status, problem = call(client, "POST", f"tills/{till['id']}/close", {"counted_fen": {"cash": 1}})
    assert (status, problem["code"]) == (422, "difference")
    assert call(client, "POST", f"tills/{till['id']}/close", {"counted_fen": {"cash": 50000}})[1]["state"] == "closed"
    assert call(client, "GET", f"tills/{till['id']}")[0] == 200 and TillSession.objects.count() == 1
    store = public_id("sto", shop.store_id)
    _status, day = call(client, "GET", f"day?store={store}&day=2026-11-23")
    assert (day["billed_fen"], day["charged_fen"]) == (10000, 10000)


def test_permissions_stores_and_organisations(client: Client, shop: Shop, other_shop: Shop, at: datetime) -> None:
    bill = settled(shop)
    with scope(other_shop.org_id):
        foreign = settled(other_shop)
    sign_in(client, shop, "billing.view")
    status, problem = call(client, "POST", f"settlements/{bill.ref}/payments", {"method": "card", "amount_fen": 1})
    assert (status, problem["code"]) == (403, "forbidden")
    assert call(client, "GET", f"settlements/{foreign.ref}")[0] == 404
    assert call(client, "GET", "settlements/stl_nonsense1")[0] == 404
    type(bill).objects.filter(pk=bill.pk).update(store_id=shop.other_store_id)
    assert call(client, "GET", f"settlements/{bill.ref}")[0] == 404
    assert call(client, "GET", f"orders/{public_id('ord', 99)}/money")[0] == 404
    client.logout()
    assert call(client, "GET", "settlements")[0] == 401


def test_a_key_pays_without_a_till(client: Client, shop: Shop, at: datetime) -> None:
    from pitlane.core.access import Actor

    bill = settled(shop)
    program = Actor(shop.org_id, "key", 1, "收银系统", frozenset({"billing.pay"}))
    payment = commands.take_payment(
        settlement_id=bill.pk, method="cash", amount=yuan(300), request_key="k", by=program, at=at
    )
    assert payment.till_id is None and payment.received_by == "收银系统"
