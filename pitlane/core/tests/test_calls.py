"""The search box, kept files and imports, as programs use them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from pitlane.accounts.tests.factories import admin, browser, make_role, person
from pitlane.accounts.tests.test_api import Program
from pitlane.core import files, jobs
from pitlane.core.access import system
from pitlane.core.ids import public_id
from pitlane.core.models import ImportBatch, Job
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers.models import Customer

API = "/api/v1"
ROWS = "姓名,电话\n王建国,13800138000\n李四,12\n"


def upload(client: Client, shop: Shop, text: str = ROWS, **more: Any) -> Any:
    file = SimpleUploadedFile("people.csv", text.encode())
    store = public_id("sto", shop.store_id)
    return client.post(f"{API}/imports", {"what": "customers", "store": store, "file": file, **more})


def test_a_file_is_imported_step_by_step(shop: Shop) -> None:
    client = browser(admin(shop))
    made = upload(client, shop).json()
    assert made["heads"] == ["姓名", "电话"] and made["state"] == "draft" and made["mapping"]["name"] == "姓名"
    assert upload(client, shop).json()["id"] == made["id"]
    path = f"{API}/imports/{made['id']}"
    early = client.post(f"{path}/begin", {}, content_type="application/json")
    assert early.status_code == 422 and early.json()["code"] == "dry_run_first"
    mapped = client.put(f"{path}/mapping", {"mapping": made["mapping"]}, content_type="application/json")
    assert mapped.json()["mapping"] == made["mapping"]
    tried = client.post(f"{path}/dry-run", {}, content_type="application/json").json()
    assert (tried["state"], tried["percent"]) == ("checking", 0)
    jobs.run(Job.objects.get(name="pitlane.core.imports.trial.work").pk)
    tried = client.get(path).json()
    assert (tried["state"], tried["total_rows"], tried["counts"]["rows"]) == ("checked", 2, 2)
    assert tried["error"] == "" and not Customer.objects.exists()
    assert client.post(f"{path}/begin", {}, content_type="application/json").json()["state"] == "running"
    jobs.run(Job.objects.get(name="pitlane.core.imports.run.work").pk)
    done = client.get(path).json()
    assert (done["state"], done["percent"]) == ("done", 100) and Customer.objects.count() == done["counts"]["made"]
    report = client.get(f"{path}/report")
    assert b"".join(report.streaming_content).decode("utf-8-sig").count("\n") >= 1
    assert [row["id"] for row in client.get(f"{API}/imports").json()] == [made["id"]]


def test_imports_are_refused(shop: Shop) -> None:
    client, boss = browser(person(shop, make_role(shop, "desk", "customers.view"))), browser(admin(shop))
    with nothing_changes():
        assert upload(client, shop).status_code == 403
        assert upload(boss, shop, what="nonsense").status_code in (404, 422)
        assert upload(boss, shop, text="").status_code == 422
        assert client.get(f"{API}/imports/{public_id('imp', 10**9)}").status_code == 404
    made = upload(boss, shop).json()
    assert client.get(f"{API}/imports/{made['id']}").status_code == 403 and client.get(f"{API}/imports").json() == []
    assert ImportBatch.objects.get().status == "draft"


def test_a_photo_is_read_by_those_of_its_store(shop: Shop) -> None:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    kept = files.keep(
        content=picture.getvalue(),
        name="a.png",
        purpose="photo",
        store_id=shop.store_id,
        by=system(shop.org_id),
        at=timezone.now(),
    )
    assert Program(shop, "catalog.view")("GET", f"/files/{kept.ref}").status_code == 403
    here = browser(person(shop, make_role(shop, "desk", "workshop.view"))).get(f"{API}/files/{kept.ref}")
    assert here.status_code == 200 and here["Content-Type"].startswith("image/")
    assert b"".join(here.streaming_content)[:3] == b"\xff\xd8\xff" or here["Content-Type"] != "image/jpeg"
    far = browser(person(shop, make_role(shop, "far", "workshop.view"), store_id=shop.other_store_id)).get(
        f"{API}/files/{kept.ref}"
    )
    assert (far.status_code, far["Content-Type"]) == (404, "application/problem+json")


def test_the_search_box_answers_programs(shop: Shop) -> None:
    client = browser(admin(shop))
    new = {"customer": {"name": "王建国", "phones": ["13800138000"]}, "car": {"plate": "京A8K326", "make": "大众"}}
    made = client.post(f"{API}/registrations", new, content_type="application/json")
    assert made.status_code == 201, made.content
    found = client.get(f"{API}/search?q=京A8K326").json()
    ids = {hit["id"] for group in found for hit in group["items"]}
    assert {made.json()["customer"]["id"], made.json()["vehicles"][0]["id"]} & ids
    assert client.get(f"{API}/search?q=").status_code == 422
    assert browser(person(shop, make_role(shop, "nothing"))).get(f"{API}/search?q=王建国").json() == []


def test_a_customer_and_a_car_are_registered_together_or_not_at_all(shop: Shop) -> None:
    client = browser(admin(shop))
    with nothing_changes():
        body = {"customer": {"name": "王建国", "phones": ["13800138000"]}, "car": {"plate": "no plate"}}
        wrong = client.post(f"{API}/registrations", body, content_type="application/json")
    assert wrong.status_code == 422 and not Customer.objects.exists()
