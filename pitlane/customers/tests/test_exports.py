"""Lists leave the house only with right, approval, mark and record, and never as formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from pitlane.accounts.commands import decide_approval
from pitlane.accounts.models import Approval
from pitlane.core import files
from pitlane.core.access import Actor, system
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow, Job
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands, jobs
from pitlane.customers.models import Export
from pitlane.customers.sheets import csv_file, xlsx_file

from . import factories as make
from .conftest import SignIn

CLERK = ("customers.view", "customers.export")
FORMULA = '=HYPERLINK("http://x")'


def clerk(shop: Shop, sign_in: SignIn, *more: str) -> Actor:
    staff = sign_in(*CLERK).staff
    return shop.actor(*CLERK, *more, staff_id=staff.pk, name=staff.name)


def make_file(shop: Shop, export: Export, at: datetime) -> bytes:
    jobs.make_export(export_id=export.pk, by=system(shop.org_id), at=at)
    export.refresh_from_db()
    return files.read(export.file)


def test_a_clerk_needs_a_second_person(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    make.customer(shop)
    by = clerk(shop, sign_in)
    export = commands.request_export(filters={}, reason="给保险公司对账", by=by, at=at)
    approval = Approval.objects.get()
    assert (approval.kind, approval.subject, export.started_at) == ("export", export.ref, None)
    with nothing_changes(), pytest.raises(Refused):
        commands.start_export(export_id=export.pk, by=by, at=at)
    decide_approval(approval_id=approval.pk, approve=True, by=shop.boss(), at=at)
    commands.start_export(export_id=export.pk, by=by, at=at)
    with nothing_changes():
        commands.start_export(export_id=export.pk, by=by, at=at)
    row = EventRow.objects.get(kind="customers.DataExported")
    assert row.payload == {
        "export_id": export.pk,
        "rows": 1,
        "with_phones": False,
        "approval_id": approval.pk,
        "what": "customers",
    }
    assert Job.objects.filter(name="pitlane.customers.jobs.make_export").count() == 1
    text = make_file(shop, export, at)
    assert b"138****6217" not in text[:10]
    lines = CalamineWorkbook.from_filelike(BytesIO(text)).get_sheet_by_index(0).to_python()
    assert (
        lines[1][0] == "王建国"
        and lines[1][2] == "138****6217"
        and "林晓燕" in lines[1][-1]
        and export.ref in lines[1][-1]
    )


def test_refusals(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    by = clerk(shop, sign_in)
    with nothing_changes(), pytest.raises(Refused):
        commands.request_export(filters={}, reason="空", by=by, at=at)
    make.customer(shop)
    with nothing_changes(), pytest.raises(Refused):
        commands.request_export(filters={}, reason=" ", by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_export(filters={}, reason="x", by=shop.actor("customers.view"), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_export(filters={}, reason="x", with_phones=True, by=by, at=at)
    export, colleague = commands.request_export(filters={}, reason="x", by=by, at=at), clerk(shop, sign_in)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.start_export(export_id=export.pk, by=colleague, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.make_export(export_id=export.pk, by=by, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.make_export(export_id=export.pk, by=system(shop.org_id), at=at)


def test_the_owner_takes_full_numbers_and_only_what_was_filtered(shop: Shop, at: datetime) -> None:
    make.customer(shop, FORMULA, ("13800116217",), kind="company")
    make.customer(shop, "李思敏", ("18612340932",))
    export = commands.request_export(
        filters={"kind": "company"}, reason="年检", file_format="csv", with_phones=True, by=shop.boss(), at=at
    )
    text = make_file(shop, export, at).decode("utf-8-sig")
    assert "13800116217" in text and "李思敏" not in text and f"'{FORMULA[:3]}" in text
    again = make_file(shop, export, at).decode("utf-8-sig")
    assert again == text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(start: str) -> None:
    text = csv_file(["a"], [[f"{start}1+1"]], "mark").decode("utf-8-sig")
    assert text.splitlines()[1].lstrip('"').startswith("'")
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx_file(["a"], [[f"{start}1+1"]], "mark", "exp_1")))
    assert str(book.get_sheet_by_index(0).to_python()[1][0]).startswith("'")


def test_the_way_through_the_screens(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    person = make.customer(shop)
    make.customer(shop, "李思敏", ("18612340932",))
    client = sign_in(*CLERK)
    form = client.post("/customers/exports/new?kind=person", {"ids": [person.ref]}).content.decode()
    assert person.ref in form and "只导出选中的 1 位" in form
    assert "申请导出" in form.partition("<footer")[2].partition("</footer>")[0]
    answer = client.post(
        "/customers/exports/new?kind=person", {"ids": [person.ref], "file_format": "csv", "reason": "对账"}
    )
    export = Export.objects.get()
    assert answer["Location"] == f"/customers/exports/{export.ref}" and export.rows == 1
    assert "等待审批" in client.get(answer["Location"]).content.decode()
    decide_approval(approval_id=export.approval_id, approve=True, by=shop.boss(), at=at)
    assert "生成文件" in client.get(answer["Location"]).content.decode()
    client.post(f"{answer['Location']}/start")
    assert "正在生成" in client.get(answer["Location"]).content.decode()
    make_file(shop, Export.objects.get(), at)
    assert "下载" in client.get(answer["Location"]).content.decode()
    body = b"".join(client.get(f"{answer['Location']}/file").streaming_content).decode("utf-8-sig")
    assert "王建国" in body and "李思敏" not in body
    assert "对账" in client.get("/customers/exports").content.decode()
    other = sign_in(*CLERK)
    assert other.get(answer["Location"]).status_code == 404
    assert other.get(f"{answer['Location']}/file").status_code == 404


def test_cars_leave_with_their_owner_and_what_the_import_knows(shop: Shop, at: datetime) -> None:
    owner = make.customer(shop, FORMULA, ("13800116217",), kind="company")
    make.vehicle(shop, owner, plate="京A8K326", make="大众")
    export = commands.request_export(
        what="vehicles", filters={}, reason="换系统", file_format="csv", by=shop.boss(), at=at
    )
    text = make_file(shop, export, at).decode("utf-8-sig")
    head, line = text.splitlines()
    assert head.startswith("车牌,车架号,车主,电话,品牌") and "质保里程" in head
    assert line.startswith("京A8K326,") and "138****6217" in line and "13800116217" not in text
    assert f"'{FORMULA[:3]}" in line and export.ref in line and export.rows == 1


def test_an_own_only_role_takes_its_own_cars(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    by = replace(clerk(shop, sign_in), own_only=True)
    mine = make.customer(shop, "王建国", ("13800116217",), advisor_id=by.id)
    make.vehicle(shop, mine, plate="京A8K326")
    make.vehicle(shop, make.customer(shop, "李思敏", ("18612340932",)), plate="京B12345")
    export = commands.request_export(what="vehicles", filters={}, reason="x", file_format="csv", by=by, at=at)
    assert (export.rows, export.filters["own_id"], export.started_at) == (1, by.id, None)


def test_other_lists_need_the_right_to_see_them(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    make.customer(shop)
    by = clerk(shop, sign_in)
    for what in ("parts", "orders"):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.request_export(what=what, filters={}, reason="x", by=by, at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.request_export(what="salaries", filters={}, reason="x", by=by, at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.request_export(what="vehicles", filters={}, reason="x", by=by, at=at)
    client = sign_in(*CLERK)
    assert client.get("/customers/exports/new?what=orders").status_code == 403
    page = client.get("/customers/exports").content.decode()
    assert "what=vehicles" in page and "what=orders" not in page
