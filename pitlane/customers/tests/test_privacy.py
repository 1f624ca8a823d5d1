"""What may be seen, given away and forgotten."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from pitlane.core import doctor, panels
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow, SearchDoc, SearchKey
from pitlane.core.panels import Panel
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands, queries
from pitlane.customers.models import Consent, ContactLog, Customer, CustomerPhone

from . import factories as make
from .conftest import SignIn

SECRETS = ("王建国", "13800116217", "望京西园三区", "wjg78", "刹车", "110105194912310021", "李师傅")


@pytest.fixture
def known(shop: Shop, at: datetime) -> Customer:
    """A customer of whom much is known."""
    person = make.customer(
        shop,
        wechat="wjg78",
        address="北京市朝阳区望京西园三区 312 号",
        birthday=date(1978, 10, 12),
        tags=["车友"],
        contact_name="李师傅",
        note="刹车",
    )
    make.vehicle(shop, person, vin=make.VIN)
    commands.log_contact(
        customer_id=person.pk, channel="note", text="刹车有异响", next_step="回电", by=shop.boss(), at=at
    )
    commands.give_consent(customer_id=person.pk, purpose="service", granted=True, by=shop.boss(), at=at)
    commands.add_date(customer_id=person.pk, label="纪念日", on=date(2005, 5, 20), by=shop.boss(), at=at)
    return person


def test_reveal_is_recorded_without_the_value(shop: Shop, at: datetime, known: Customer) -> None:
    for what, value in (("phone", "13800116217"), ("wechat", "wjg78"), ("address", "北京市朝阳区望京西园三区 312 号")):
        assert commands.reveal(customer_id=known.pk, what=what, by=shop.boss(), at=at) == value
    rows = list(EventRow.objects.filter(kind="customers.PersonalDataRevealed").values_list("payload", flat=True))
    assert [row["what"] for row in rows] == ["phone", "wechat", "address"]
    with nothing_changes(), pytest.raises(Forbidden):
        commands.reveal(customer_id=known.pk, what="phone", by=shop.actor("customers.edit"), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.reveal(customer_id=known.pk, what="name", by=shop.boss(), at=at)


def test_no_event_holds_personal_text(shop: Shop, at: datetime, known: Customer) -> None:
    commands.reveal(customer_id=known.pk, what="phone", by=shop.boss(), at=at)
    everything = json.dumps([row.facts() for row in EventRow.objects.all()], ensure_ascii=False, default=str)
    assert not [secret for secret in SECRETS if secret in everything]


def test_consent_keeps_every_answer(shop: Shop, at: datetime, known: Customer) -> None:
    commands.give_consent(customer_id=known.pk, purpose="marketing", granted=True, by=shop.boss(), at=at)
    commands.give_consent(customer_id=known.pk, purpose="marketing", granted=False, by=shop.boss(), at=at)
    assert Consent.objects.filter(purpose="marketing").count() == 2
    assert queries.consent_of(known.pk, "marketing") is False and queries.consent_of(known.pk, "photo") is None
    with nothing_changes(), pytest.raises(Refused):
        commands.give_consent(customer_id=known.pk, purpose="spam", granted=True, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.give_consent(customer_id=known.pk, purpose="photo", granted=True, by=shop.actor(), at=at)


def test_a_person_gets_everything_that_is_kept(shop: Shop, at: datetime, known: Customer, sign_in: SignIn) -> None:
    client = sign_in()
    answer = client.post(f"/customers/{known.ref}/data", {"format": "json"})
    text = answer.content.decode()
    assert all(secret in text for secret in ("13800116217", "wjg78", "京A8K326", "刹车有异响", "纪念日", "服务通知"))
    book = CalamineWorkbook.from_filelike(BytesIO(client.post(f"/customers/{known.ref}/data").content))
    assert "车辆" in book.sheet_names
    assert EventRow.objects.filter(kind="customers.SubjectAccessGiven").count() == 2
    with nothing_changes(), pytest.raises(Forbidden):
        commands.subject_access(customer_id=known.pk, by=shop.actor("customers.view"), at=at)


def test_higher_domains_add_their_part(shop: Shop, at: datetime, known: Customer, monkeypatch) -> None:
    monkeypatch.setitem(
        panels.SLOTS, "customer_data", [lambda **_: Panel("x", "", {"title": "工单", "rows": [{"单号": "W1"}]})]
    )
    assert commands.subject_access(customer_id=known.pk, by=shop.boss(), at=at)["工单"] == [{"单号": "W1"}]


def test_erasing_a_person_leaves_no_trace_but_the_books(
    shop: Shop, at: datetime, known: Customer, sign_in: SignIn
) -> None:
    commands.erase_customer(customer_id=known.pk, reason="本人要求", by=shop.boss(), at=at)
    gone = Customer.objects.get(pk=known.pk)
    assert (gone.status, gone.name, bool(gone.address), gone.birthday) == ("erased", "已删除客户", False, None)
    assert not CustomerPhone.objects.exists() and not gone.tag_rows.exists() and not gone.dates.exists()
    assert ContactLog.objects.get().text == ""
    assert (
        not SearchDoc.objects.filter(kind="customer").exists()
        and not SearchKey.objects.filter(kind="customer").exists()
    )
    assert "王建国" not in "".join(f"{d.title}{d.detail}" for d in SearchDoc.objects.all())
    assert queries.owner_of(queries.find_by_plate("京A8K326").id) is None
    assert doctor.examine() == []
    page = sign_in().get(f"/customers/{known.ref}").content.decode()
    assert "已删除个人信息" in page and not [secret for secret in SECRETS if secret in page]


def test_erasing_is_refused_without_right_reason_or_twice(
    shop: Shop, at: datetime, known: Customer, monkeypatch
) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        commands.erase_customer(customer_id=known.pk, reason="x", by=shop.actor("customers.edit"), at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.erase_customer(customer_id=known.pk, reason=" ", by=shop.boss(), at=at)
    monkeypatch.setitem(panels.SLOTS, "erase_obstacle", [lambda **_: Panel("x", "", {"text": "还有未结清的挂账"})])
    with nothing_changes(), pytest.raises(Refused, match="挂账"):
        commands.erase_customer(customer_id=known.pk, reason="x", by=shop.boss(), at=at)
    monkeypatch.setitem(panels.SLOTS, "erase_obstacle", [])
    commands.erase_customer(customer_id=known.pk, reason="x", by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.erase_customer(customer_id=known.pk, reason="x", by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.add_phone(customer_id=known.pk, number="13912345678", by=shop.boss(), at=at)


def test_erasing_by_form(shop: Shop, known: Customer, sign_in: SignIn) -> None:
    client = sign_in()
    assert "不能恢复" in client.get(f"/customers/{known.ref}/erase").content.decode()
    assert client.post(f"/customers/{known.ref}/erase", {"reason": "本人要求"}).status_code == 302
    assert Customer.objects.get().status == "erased"
