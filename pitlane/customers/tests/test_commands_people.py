"""Commands on customers write exactly what they say, or nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pitlane.core import doctor
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow, SearchKey
from pitlane.core.search import find
from pitlane.core.sentences import NotValid
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands
from pitlane.customers.models import Customer, CustomerPhone

from . import factories as make


def kinds() -> list[str]:
    return [row.kind for row in EventRow.objects.order_by("seq")]


def test_a_new_customer_is_written_sealed_masked_and_findable(shop: Shop, at: datetime) -> None:
    made = make.customer(
        shop,
        phones=("138 0011 6217", "010-64391234"),
        wechat="wjg78",
        address="北京市朝阳区望京西园三区 312 号",
        tags=["车友"],
    )
    stored = Customer.objects.get(pk=made.pk)
    assert (stored.name, stored.address_masked, str(stored.wechat)) == ("王建国", "朝阳区 望京西园****", "••••")
    assert stored.address.reveal() == "北京市朝阳区望京西园三区 312 号"
    phones = list(CustomerPhone.objects.order_by("pk").values_list("masked", "primary"))
    assert phones == [("138****6217", True), ("010-****1234", False)]
    assert kinds() == ["customers.CustomerCreated"]
    for text in ("王建国", "建国", "wangjianguo", "wjg", "6217", "13800116217", "64391234"):
        found = find(text, by=shop.boss(), kinds=["customer"])["customer"]
        assert [doc.object_id for doc in found] == [made.pk], text
    assert not SearchKey.objects.filter(key__contains="6217").exists()
    assert doctor.examine() == []


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "😀"}, "name"),
        ({"phones": ["1380011"]}, "phone"),
        ({"birthday": date(2030, 1, 1)}, "birthday"),
        ({"id_number": "110105194912310021"}, "id_number"),
    ],
)
def test_wrong_entries_are_refused_at_their_field(shop: Shop, at: datetime, facts: dict, field: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.create_customer(**{"name": "王建国", **facts}, by=shop.boss(), at=at)
    assert refusal.value.field == field


def test_creating_needs_the_permission(shop: Shop, at: datetime) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        commands.create_customer(name="王建国", by=shop.actor("customers.view"), at=at)


def test_the_same_phone_is_refused_until_overridden(shop: Shop, at: datetime) -> None:
    first = make.customer(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.create_customer(name="李思敏", phones=["+86 13800116217"], by=shop.boss(), at=at)
    assert (refusal.value.code, refusal.value.facts["duplicates"]) == ("customer_duplicate", [first.ref])
    commands.create_customer(name="李思敏", phones=["13800116217"], despite_duplicates=True, by=shop.boss(), at=at)
    assert Customer.objects.count() == 2


def test_a_namesake_with_another_phone_is_no_obstacle(shop: Shop, at: datetime) -> None:
    make.customer(shop)
    commands.create_customer(name="王建国", phones=["13900000001"], by=shop.boss(), at=at)
    with pytest.raises(Refused):
        make.customer(shop, "顺达物流（北京）有限公司", (), kind="company")
        commands.create_customer(name="顺达物流（北京）有限公司", kind="company", by=shop.boss(), at=at)


def test_a_change_is_recorded_by_field_and_keeps_what_is_not_named(shop: Shop, at: datetime) -> None:
    made = make.customer(shop, wechat="wjg78")
    before = made.completeness
    changes = {
        "name": "王建华",
        "birthday": date(1978, 10, 12),
        "tags": ["车友", "车友", "周末到店"],
        "source": "referral",
    }
    changed = commands.change_customer(customer_id=made.pk, version=1, changes=changes, by=shop.boss(), at=at)
    stored = Customer.objects.get(pk=made.pk)
    assert (stored.version, changed.name, stored.wechat.reveal()) == (2, "王建华", "wjg78")
    assert stored.completeness > before
    row = EventRow.objects.get(kind="customers.CustomerChanged")
    assert row.payload == {"customer_id": made.pk, "fields": ["birthday", "name", "source", "tags"]}
    assert (
        find("wjh", by=shop.boss(), kinds=["customer"])["customer"]
        and not find("jianguo", by=shop.boss(), kinds=["customer"])["customer"]
    )


def test_changing_nothing_writes_nothing(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    with nothing_changes():
        commands.change_customer(customer_id=made.pk, version=1, changes={"name": "王建国"}, by=shop.boss(), at=at)
    assert Customer.objects.get(pk=made.pk).version == 1


def test_the_slower_of_two_clerks_learns_who_was_faster(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    colleague = shop.actor("customers.edit", name=make.COLLEAGUE)
    commands.change_customer(customer_id=made.pk, version=1, changes={"note": "爱喝美式"}, by=colleague, at=at)
    with nothing_changes(), pytest.raises(Conflict) as conflict:
        commands.change_customer(customer_id=made.pk, version=1, changes={"note": "x"}, by=shop.boss(), at=at)
    assert make.COLLEAGUE in str(conflict.value) and conflict.value.facts["version"] == 2


def test_phones_are_added_chosen_and_removed(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    second = commands.add_phone(customer_id=made.pk, number="13912345678", label="司机", by=shop.boss(), at=at)
    assert not second.primary
    with nothing_changes(), pytest.raises(Refused):
        commands.add_phone(customer_id=made.pk, number="139 1234 5678", by=shop.boss(), at=at)
    commands.set_primary_phone(customer_id=made.pk, phone_id=second.pk, by=shop.boss(), at=at)
    commands.remove_phone(customer_id=made.pk, phone_id=second.pk, by=shop.boss(), at=at)
    left = CustomerPhone.objects.get()
    assert (left.masked, left.primary) == ("138****6217", True)
    assert find("5678", by=shop.boss(), kinds=["customer"])["customer"] == []
    assert kinds()[1:] == ["customers.PhoneAdded", "customers.CustomerChanged", "customers.PhoneRemoved"]
    assert doctor.examine() == []


@pytest.mark.parametrize(
    "name", ["add_phone", "remove_phone", "set_primary_phone", "add_date", "remove_date", "set_tags"]
)
def test_small_changes_need_the_permission(shop: Shop, at: datetime, name: str) -> None:
    made = make.customer(shop)
    phone = made.phones.get()
    more = {
        "add_phone": {"number": "13912345678"},
        "remove_phone": {"phone_id": phone.pk},
        "set_primary_phone": {"phone_id": phone.pk},
        "add_date": {"label": "结婚纪念日", "on": date(2005, 5, 20)},
        "remove_date": {"date_id": 1},
        "set_tags": {"tags": ["x"]},
    }[name]
    with nothing_changes(), pytest.raises(Forbidden):
        getattr(commands, name)(customer_id=made.pk, by=shop.actor("customers.view"), at=at, **more)


def test_important_days(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    day = commands.add_date(
        customer_id=made.pk, label="母亲生日", on=date(1950, 3, 1), lunar=True, by=shop.boss(), at=at
    )
    commands.remove_date(customer_id=made.pk, date_id=day.pk, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.remove_date(customer_id=made.pk, date_id=day.pk, by=shop.boss(), at=at)


def test_customers_of_another_organisation_do_not_exist(shop: Shop, other_shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    with scope(other_shop.org_id), nothing_changes(), pytest.raises(Missing):
        commands.change_customer(customer_id=made.pk, version=1, changes={"note": "x"}, by=other_shop.boss(), at=at)


def test_contacts_with_a_next_step(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    contact = commands.log_contact(
        customer_id=made.pk,
        channel="call_out",
        text="刹车有轻微异响",
        next_step="周一上午接车",
        next_on=at.date() + timedelta(days=2),
        by=shop.actor("customers.edit"),
        at=at,
    )
    assert EventRow.objects.get(kind="customers.ContactLogged").payload["contact_id"] == contact.pk
    assert "异响" not in str(EventRow.objects.get(kind="customers.ContactLogged").payload)
    for _ in range(2):
        commands.finish_next_step(contact_id=contact.pk, by=shop.actor("customers.edit"), at=at)
    assert kinds().count("customers.NextStepFinished") == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"channel": "pigeon", "text": "x"},
        {"channel": "call_in"},
        {"channel": "note", "text": "x", "next_on": date(2026, 1, 1)},
    ],
)
def test_empty_contacts_are_refused(shop: Shop, at: datetime, facts: dict) -> None:
    made = make.customer(shop)
    with nothing_changes(), pytest.raises(Refused):
        commands.log_contact(customer_id=made.pk, by=shop.boss(), at=at, **facts)


def test_logging_and_finishing_need_the_permission(shop: Shop, at: datetime) -> None:
    made = make.customer(shop)
    contact = commands.log_contact(customer_id=made.pk, channel="note", next_step="回电", by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.log_contact(customer_id=made.pk, channel="note", text="x", by=shop.actor(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.finish_next_step(contact_id=contact.pk, by=shop.actor(), at=at)


def test_register_takes_customer_and_car_or_neither(shop: Shop, at: datetime) -> None:
    with nothing_changes(), pytest.raises(NotValid):
        commands.register_customer(facts={"name": "王建国"}, car={"plate": "京A8"}, by=shop.boss(), at=at)
    made = commands.register_customer(
        facts={"name": "王建国"},
        phones=["13800116217"],
        car={"plate": "京A8K326", "odometer": 62418},
        by=shop.boss(),
        at=at,
    )
    assert made.ownerships.get().vehicle.odometer == 62418
    with nothing_changes(), pytest.raises(Forbidden):
        commands.register_customer(facts={"name": "李思敏"}, by=shop.actor(), at=at)


def test_tags_are_put_on_by_those_who_may_edit(shop: Shop, at: datetime) -> None:
    known = make.customer(shop)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_tags(customer_id=known.pk, tags=["老客户"], by=shop.actor("customers.view"), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.set_tags(customer_id=10**9, tags=["老客户"], by=shop.boss(), at=at)
