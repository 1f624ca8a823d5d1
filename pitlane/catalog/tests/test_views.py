"""The pages of the catalogue: what each shows, what saving does, who may only look."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pitlane.catalog import commands
from pitlane.catalog.models import GuaranteeRule, LabourRate, MaintenanceSchedule, Operation, ServicePackage
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes

from . import factories

EDITOR = ("catalog.view", "catalog.edit")


def head(prefix: str, total: int) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": "0"}


def test_an_empty_catalogue_is_filled_by_one_click(shop: Shop) -> None:
    client = factories.client_of(shop, *EDITOR)
    assert "载入初始项目库" in client.get("/catalog/").content.decode()
    client.post(reverse("catalog:load"))
    page = client.get("/catalog/")
    assert len(page.context["rows"]) == 50
    second = client.get(f"/catalog/{page.context['next_url']}")
    assert second.context["rows"][0].code > page.context["rows"][-1].code
    assert client.get("/catalog/?q=xby").context["rows"][0].code == "MA-001"
    assert all(row.trade == "paint" for row in client.get("/catalog/?trade=paint").context["rows"])
    for name in ("packages", "schedules", "rates", "guarantees"):
        shown = client.get(reverse(f"catalog:{name}"))
        assert shown.status_code == 200 and shown.context["rows"], name
    listed = client.get(reverse("catalog:schedules")).content.decode()
    assert "柴油" in listed and "diesel" not in listed
    for name, model in (("operation", Operation), ("package", ServicePackage), ("schedule", MaintenanceSchedule)):
        assert client.get(reverse(f"catalog:{name}", args=[model.objects.first().pk])).status_code == 200
        assert client.get(reverse(f"catalog:{name}_new")).status_code == 200


def test_an_operation_is_saved_with_its_steps(shop: Shop) -> None:
    client = factories.client_of(shop, *EDITOR)
    body = {
        "code": "ma-001",
        "name": "小保养",
        "trade": "mechanical",
        "category": "保养",
        "standard_hours": "0.6",
        "skill_level": "1",
        "repair_class": "minor",
        "statement_part": "labour",
        "fixed_price": "￥99",
        "active": "on",
        **head("step", 3),
        "step-0-text": "放净旧机油",
        "step-0-photo": "on",
        "step-2-text": "加注机油",
        "step-2-label": "加注量",
        "step-2-unit": "L",
        "step-2-min": "3",
        "step-2-max": "5",
    }
    made = client.post(reverse("catalog:operation_new"), body)
    assert made.status_code == 302, made.content.decode()[:2000]
    row = Operation.objects.get()
    assert (row.fixed_price, [step["text"] for step in row.steps]) == (Money(9900), ["放净旧机油", "加注机油"])
    page = reverse("catalog:operation", args=[row.pk])
    form = client.get(page).context
    assert form["lines"].initial[1] | {"label": "加注量", "max": 5.0} == form["lines"].initial[1]
    stale = client.post(page, body | {"version": "7"})
    assert stale.status_code == 422 and "刚刚改过" in stale.content.decode()
    again = client.post(reverse("catalog:operation_new"), body)
    assert again.status_code == 422 and again.context["form"].errors["code"]


def test_a_package_is_saved_with_its_lines(shop: Shop) -> None:
    work = factories.operation(shop)
    client = factories.client_of(shop, *EDITOR)
    body = {
        "code": "PK-1",
        "name": "机油套餐",
        "price": "468",
        "makes": "大众，斯柯达",
        "fuels": ["petrol"],
        "active": "on",
        **head("line", 3),
        "line-0-operation": f"{work.code} 随便",
        "line-0-hours": "0.5",
        "line-1-part_code": "ol-03",
        "line-1-quantity": "4",
    }
    assert client.post(reverse("catalog:package_new"), body).status_code == 302
    package = ServicePackage.objects.get()
    assert (package.makes, package.fuels) == (["大众", "斯柯达"], ["petrol"])
    assert [(ln.operation_id, ln.part_code, ln.quantity) for ln in package.lines.all()] == [
        (work.pk, "", 1),
        (None, "OL-03", 4),
    ]
    page = reverse("catalog:package", args=[package.pk])
    assert client.get(page).context["lines"].initial[1]["quantity"] == "4"
    bad = client.post(page, body | {"line-1-operation": "NO-1"})
    assert bad.status_code == 422 and bad.context["lines"].errors[1]["operation"]
    empty = client.post(page, body | {"line-0-operation": "", "line-1-part_code": ""})
    assert empty.status_code == 422 and ServicePackage.objects.get().lines.count() == 2


def test_a_schedule_is_saved_with_its_needs(shop: Shop) -> None:
    work, package = factories.operation(shop), factories.package(shop)
    client = factories.client_of(shop, *EDITOR)
    body = {
        "code": "SC-1",
        "name": "汽油车",
        "fuel": "petrol",
        "active": "on",
        **head("need", 2),
        "need-0-code": "oil",
        "need-0-name": "机油",
        "need-0-every_km": "7500",
        "need-0-operation": work.code,
        "need-1-name": "大保养",
        "need-1-every_months": "12",
        "need-1-package": package.code,
    }
    assert client.post(reverse("catalog:schedule_new"), body).status_code == 302
    plan = MaintenanceSchedule.objects.get()
    assert [(item.code, item.operation_id, item.package_id) for item in plan.items.all()] == [
        ("oil", work.pk, None),
        ("大保养", None, package.pk),
    ]
    page = reverse("catalog:schedule", args=[plan.pk])
    assert client.get(page).context["lines"].initial[1]["package"].startswith(package.code)
    assert client.post(page, body | {"need-0-every_km": ""}).status_code == 422


def test_rates_and_rules_are_set_in_a_drawer(shop: Shop) -> None:
    client = factories.client_of(shop, *EDITOR, scope="org")
    drawer = {"HX-Request": "true"}
    rate = {"store": "", "vehicle_class": "standard", "trade": "", "rate": "160", "valid_from": "2026-01-01"}
    made = client.post(reverse("catalog:rate_new"), rate, headers=drawer)
    assert (made.status_code, made.headers["HX-Redirect"]) == (204, "/catalog/rates/")
    assert LabourRate.objects.get().rate == Money(16000)
    law = {"repair_class": "minor", "statutory": "1", "km": "2000", "days": "10", "valid_from": "2016-01-01"}
    assert client.post(reverse("catalog:guarantee_new"), law).status_code == 302
    low = client.post(reverse("catalog:guarantee_new"), law | {"statutory": "", "km": "1"}, headers=drawer)
    assert low.status_code == 422 and "不能短于法定" in low.content.decode()
    assert GuaranteeRule.objects.count() == 1
    assert client.get(reverse("catalog:rate_new"), headers=drawer).status_code == 200


def test_readers_only_look_and_others_do_not_even_that(shop: Shop) -> None:
    work = factories.operation(shop)
    reader, nobody = factories.client_of(shop, "catalog.view"), factories.client_of(shop, "parts.view")
    page = reverse("catalog:operation", args=[work.pk])
    assert "只能查看" in reader.get(page).content.decode()
    for name in ("operations", "packages", "schedules", "rates", "guarantees"):
        assert reader.get(reverse(f"catalog:{name}")).status_code == 200
        assert nobody.get(reverse(f"catalog:{name}")).status_code == 403
    urls = [page, *(reverse(f"catalog:{n}_new") for n in ("operation", "package", "schedule", "rate", "guarantee"))]
    for url in (*urls, reverse("catalog:load")):
        with nothing_changes():
            assert reader.post(url, {}).status_code == 403, url


@pytest.mark.parametrize("name", ["operations", "packages", "schedules", "rates"])
def test_one_row_costs_as_many_queries_as_thirty(shop: Shop, name: str) -> None:
    client = factories.client_of(shop, *EDITOR)

    def grow(numbers: range) -> None:
        for n in numbers:
            factories.package(shop, code=f"P-{n}")
            factories.rate(shop, 100, valid_from=date(2020, 1, 1 + n), store_id=shop.store_id)
            item = commands.ScheduleItemInput("oil", "机油", every_km=5000)
            commands.save_schedule(code=f"S-{n}", name="计划", items=[item], by=shop.boss(), at=NOON)

    def count() -> int:
        client.get(reverse(f"catalog:{name}"))
        with CaptureQueriesContext(connection) as context:
            client.get(reverse(f"catalog:{name}"))
        return len(context)

    grow(range(1))
    one = count()
    grow(range(1, 30))
    assert count() == one
