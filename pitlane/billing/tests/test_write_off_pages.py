"""坏账核销 on pages and by API: proposed, decided with the debt in view, recovered."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pitlane.accounts.commands import decide_approval
from pitlane.accounts.models import Approval
from pitlane.billing import plugs
from pitlane.billing.models import CreditAccount, Payment
from pitlane.core.access import system
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop

from .factories import a_customer, on_account, paid, reload, settled, sign_in, yuan
from .test_write_offs import ask, gone

DECIDER = ("billing.view", "accounts.approve_write_off")


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def test_an_accountant_proposes_from_the_bill(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.view", "billing.write_off")
    bill = settled(shop)
    address = f"/billing/settlements/{bill.ref}/write-off/"
    assert address in page(client, f"/billing/settlements/{bill.ref}/")
    assert 'value="300.00"' in page(client, address)
    wrong = client.post(address, {"amount": "301", "reason": "失联三年"})
    assert wrong.status_code == 422
    assert "只欠 ¥300.00" in wrong.content.decode() and "失联三年" in wrong.content.decode()
    assert client.post(address, {"amount": "200", "reason": "失联三年"}).status_code == 302
    assert Approval.objects.get().amount == yuan(200)
    assert "坏账核销 ¥200.00 正在等审批" in page(client, f"/billing/settlements/{bill.ref}/")


def test_who_decides_sees_the_debt_and_is_told_when_it_is_no_more(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, *DECIDER)
    bill = settled(shop)
    paid(shop, bill, 50)
    asked = ask(bill, 250, shop.boss())
    assert "坏账核销 ¥250.00" in page(client, "/") and "坏账核销 ¥250.00" in page(client, "/approvals/")
    html = page(client, f"/approvals/{asked.ref}/")
    for text in ("王建国", "失联三年", "¥250.00", "¥50.00", f"/billing/settlements/{bill.ref}/"):
        assert text in html, text
    paid(shop, bill, 1)
    late = client.post(f"/approvals/{asked.ref}/", {"answer": "approve", "note": "同意"})
    assert (
        late.status_code == 422
        and "只欠 ¥249.00" in late.content.decode()
        and "同意</textarea>" in late.content.decode()
    )
    assert reload(asked).state == "requested"
    other = ask(settled(shop, a_customer("周"), order_id=8), 300, shop.boss())
    assert client.post(f"/approvals/{other.ref}/", {"answer": "approve", "note": ""}).status_code == 302
    assert reload(other).state == "used" and Payment.objects.get(method="write_off").approved_by == "周洁"


def test_the_bill_says_who_gave_it_up_and_takes_the_money_after_all(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*", "customers.view")
    given_up = gone(shop, bill := settled(shop), 300)
    html = page(client, f"/billing/settlements/{bill.ref}/")
    for text in ("坏账核销", "失联三年", "陈店长 同意", f"/billing/payments/{given_up.ref}/recover/"):
        assert text in html, text
    assert f"/billing/payments/{given_up.ref}/refund/" not in html and f"{given_up.ref}/receipt/" not in html
    assert "坏账核销" not in page(client, f"/billing/settlements/{bill.ref}/print/")
    panel = plugs.money(by=shop.boss(), customer_id=bill.customer_id, at=at)
    assert panel is not None
    shown = render_to_string(panel.template, {"panel": panel.context})
    assert "坏账核销" in shown and "300.00" in shown
    assert "坏账核销" in page(client, "/billing/payments/?period=&view=write_off")
    address = f"/billing/payments/{given_up.ref}/recover/"
    form = page(client, address)
    key = re.search(r'name="request_key" value="([^"]+)"', form)
    assert key and 'value="300.00"' in form
    given: dict[str, Any] = {"method": "bank", "request_key": key[1], "reference": "汇款"}
    assert "最多还能收回 ¥300.00" in client.post(address, {**given, "amount": "301"}).content.decode()
    assert [client.post(address, {**given, "amount": "100"}).status_code for _ in "12"] == [302, 302]
    assert (reload(bill).written_off, reload(bill).paid) == (yuan(200), yuan(300))


def test_a_fleet_is_written_off_from_its_account(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    on_account(shop, 400)
    account = CreditAccount.objects.get()
    address = f"/billing/credit/{account.ref}/write-off/"
    assert address in page(client, f"/billing/credit/{account.ref}/")
    assert client.post(address, {"amount": "400", "reason": "破产"}).status_code == 302
    assert "坏账核销 ¥400.00 正在等审批" in page(client, f"/billing/credit/{account.ref}/")
    asked = Approval.objects.get()
    decide_approval(approval_id=asked.pk, approve=True, by=system(shop.org_id, "陈店长"), at=NOON)
    html = page(client, f"/billing/credit/{account.ref}/?first=2026-11-01&last=2026-11-30")
    assert "破产 · 陈店长 同意" in html and reload(account).balance == Money(0)
    page(client, f"/billing/credit/{account.ref}/print?first=2026-11-01&last=2026-11-30")


def test_pages_ask_the_same_however_much_was_given_up(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    bill = on_account(shop, 400)
    urls = (f"/billing/settlements/{bill.ref}/", f"/billing/credit/{CreditAccount.objects.get().ref}/")
    counts: dict[str, list[int]] = {}
    for times in (1, 6):
        for _turn in range(times):
            gone(shop, bill, 10)
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                page(client, url)
            counts.setdefault(url, []).append(len(queries))
    assert all(one == many for one, many in counts.values()), counts


def call(client: Client, url: str, body: Any, key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.post(f"/api/v1/{url}", json.dumps(body), content_type="application/json", headers=headers)
    return answer.status_code, json.loads(answer.content)


def test_programs_propose_decide_and_recover(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*", "accounts.approve_write_off")
    bill = settled(shop)
    path = f"billing/settlements/{bill.ref}/write-offs"
    status, own = call(client, path, {"amount_fen": 20000, "reason": "失联"}, "k")
    assert status == 202 and call(client, path, {"amount_fen": 20000, "reason": "失联"}, "k") == (status, own)
    assert call(client, f"approvals/{own['approval']}/decide", {"approve": True})[0] == 403
    assert call(client, path, {"amount_fen": 30001, "reason": "失联"})[1]["code"] == "write_off_too_much"
    other = ask(settled(shop, a_customer("周"), order_id=8), 300, shop.boss())
    status, decided = call(client, f"approvals/{other.ref}/decide", {"approve": True})
    assert (status, decided["state"]) == (200, "used")
    given_up = Payment.objects.get()
    status, made = call(client, f"billing/payments/{given_up.ref}/recoveries", {"method": "cash", "amount_fen": 100})
    assert status == 201 and made["amount_fen"] == 100
    shown = json.loads(client.get(f"/api/v1/billing/settlements/{given_up.settlement.ref}").content)
    assert (shown["written_off_fen"], shown["paid_fen"], shown["due_fen"]) == (29900, 30000, 0)
    row = next(one for one in shown["payments"] if one["id"] == given_up.ref)
    assert (row["refundable_fen"], row["approved_by"], row["method"]) == (0, "周洁", "write_off")


def test_programs_write_off_an_account(client: Client, shop: Shop, at: datetime) -> None:
    sign_in(client, shop, "billing.*")
    on_account(shop, 400)
    path = f"billing/credit-accounts/{CreditAccount.objects.get().ref}/write-offs"
    status, asked = call(client, path, {"amount_fen": 40000, "reason": "破产"})
    assert status == 202 and Approval.objects.get().ref == asked["approval"]
