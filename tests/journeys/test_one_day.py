"""One day of the shop: a stranger's car at the door, and everything up to the free come-back."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from pitlane.billing import queries as bills
from pitlane.catalog import queries as catalog
from pitlane.core import doctor, jobs
from pitlane.core.errors import Forbidden, PitlaneError
from pitlane.core.ids import parse_id
from pitlane.core.money import ZERO, Money
from pitlane.core.testing import nothing_changes
from pitlane.customers import queries as customers
from pitlane.reception import queries as reception
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders
from pitlane.workshop.models import ArchiveEntry

from .cast import Chain
from .pages import Browser
from .visit import Visit, oil_service, operation

PLATE, NAME, PHONE = "京A8K326", "陈建国", "13801386217"
CONCERN = "刹车时有尖叫声，里程到了也该保养了"
INSURER = "平安产险"


def signature() -> str:
    """A signature as the pad sends it."""
    picture = Image.new("RGB", (300, 120), "white")
    ImageDraw.Draw(picture).line([(20, 90), (90, 20), (150, 95), (280, 30)], fill="black", width=4)
    out = BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def photo(name: str) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (640, 480), "gray").save(out, "JPEG")
    out.seek(0)
    out.name = name
    return out


def check_in(desk: Browser, at: datetime) -> int:
    """The three steps of the counter; answers the order."""
    desk.open("/reception/check-in/").press("查车", plate=PLATE)
    desk.press("下一步", name=NAME, phone=PHONE, plate=PLATE, make="大众", series="朗逸", vin="LSVAG2181E2100001")
    promised = (at + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M")
    desk.press(
        "下一步", concern=CONCERN, order_type="maintenance", odometer="62418", fuel_level="45", promised_at=promised
    )
    assert "/walkaround/" in desk.path
    checks = {
        f"check:{entry.code}": entry.data["options"][0]["code"] if entry.data.get("kind") == "choice" else "ok"
        for entry in catalog.checklist("reception")
        if entry.data.get("required") and entry.data.get("kind") in ("check", "choice")
    }
    marks = json.dumps([{"zone": "front_door_left", "x": 120, "y": 80, "kind": "scratch", "note": "左前门划痕"}])
    facts = {"marks": marks, "belongings": "后备箱婴儿车", "signature": signature(), "photos": photo("left.jpg")}
    desk.press_with("完成接车", {**facts, **checks})
    assert "/quote/" in desk.path, desk.text[:600]
    return parse_id("ord", re.search(r"ord_\w+", desk.path)[0])  # type: ignore[index]


def private_link(desk: Browser) -> str:
    """The address that the advisor's page shows after sending."""
    desk.press("生成报价")
    found = re.search(r"/p/[\w-]{40,}/", desk.html)
    assert found, desk.text[:800]
    return found[0]


def answer(phone: Browser, decisions: dict[str, str]) -> None:
    phone.press_with(
        "提交答复", {f"decision:{key}": verb for key, verb in decisions.items()} | {"signature": signature()}
    )


@pytest.fixture
def visit(chain: Chain, now: datetime) -> Visit:
    """The order as it stands after check-in, walk-around and signature."""
    desk = Browser(chain.browser("advisor"))
    return Visit(chain, check_in(desk, now), now)


def quote(chain: Chain, visit: Visit, lines: list[workshop.NewLine]) -> tuple[str, list[str]]:
    """Lines go into the quote, the quote goes to the customer."""
    keys = visit.add(lines)
    desk = Browser(chain.browser("advisor")).open(f"/reception/orders/{visit.order.ref}/quote/")
    return private_link(desk), keys


def decide_on_the_phone(chain: Chain, visit: Visit) -> None:
    """One job is wanted, one put off, one refused; the link answers once."""
    wanted = [
        *oil_service(),
        operation("BR-001"),
        operation("EL-014"),
        operation("MA-013"),
    ]
    link, (oil, _oil_part, brakes, camera, fluid) = quote(chain, visit, wanted)
    assert visit.state == "awaiting_approval"
    phone = Browser().open(link)
    assert "请您决定" in phone.text and PHONE not in phone.html
    phone.press_with("提交答复", {f"decision:{oil}": "approve"}, expect=422)
    assert visit.state == "awaiting_approval", "an answer with gaps changes nothing"
    answer(phone, {oil: "approve", brakes: "approve", fluid: "defer", camera: "decline"})
    assert "已收到您的答复" in phone.text
    assert visit.state == "dispatch_pending"
    assert [visit.line(key).approval for key in (oil, brakes, fluid, camera)] == [
        "approved",
        "approved",
        "deferred",
        "declined",
    ]
    with nothing_changes():
        again = Browser().client.post(f"{link}answer", {f"decision:{camera}": "approve", "signature_typed": NAME})
    assert again.status_code == 302 and visit.line(camera).approval == "declined"
    jobs.run_all_now()
    kept = {card.name: card for card in reception.recommendations_of(visit.order.vehicle_id)}
    assert "更换制动液" in kept, "what was put off is kept for the next visit"


def repair(chain: Chain, visit: Visit) -> None:
    """The technician works by the steps and finds more, the customer agrees by a new link, parts are issued."""
    visit.dispatch()
    first, *_others = visit.item_ids
    workshop.accept_item(item_id=first, **visit.by("technician"))
    workshop.start_item(item_id=first, **visit.by("technician"))
    assert visit.state == "in_progress"
    for step, facts in enumerate(visit.order.items.get(pk=first).steps):
        measure = facts.get("measure")
        values = {measure["label"]: str(measure.get("max", measure.get("min", 1)))} if measure else {}
        why = "位置拍不到" if facts.get("photo") else ""
        workshop.tick_step(item_id=first, step=step, values=values, no_photo=why, **visit.by("technician"))
    finding = workshop.report_finding(
        order_id=visit.order_id, item_id=first, text="制动液发黑，含水量 4%", severity="soon", **visit.by("technician")
    )
    fluid = operation("MA-013")
    keys = workshop.resolve_finding(finding_id=finding.pk, resolution="proposed", lines=[fluid], **visit.by("advisor"))
    desk = Browser(chain.browser("advisor")).open(f"/reception/orders/{visit.order.ref}/quote/")
    phone = Browser().open(private_link(desk))
    answer(phone, dict.fromkeys(keys, "approve"))
    assert visit.state == "in_progress" and visit.line(keys[0]).approval == "approved"

    before = visit.stock("OL-03")
    visit.issue()
    assert visit.stock("OL-03") == (before[0] - 1, before[1] - 1)
    visit.dispatch()
    workshop.finish_items(order_id=visit.order_id, item_ids=visit.item_ids, **visit.by("technician"))


def three_checks(visit: Visit) -> None:
    """Self, peer and final check by three people; nobody judges their own work."""
    assert visit.state == "in_progress", "safety-relevant work waits for a colleague"
    brakes, fluid = visit.items_in("self_checked")
    with nothing_changes(), pytest.raises(Forbidden):
        workshop.peer_check(item_id=brakes, **visit.by("technician"))
    workshop.peer_check(item_id=brakes, **visit.by("colleague"))
    assert visit.state == "in_progress"
    workshop.peer_check(item_id=fluid, **visit.by("colleague"))
    assert visit.state == "qc_pending"
    with nothing_changes(), pytest.raises(Forbidden):
        workshop.final_check(order_id=visit.order_id, **visit.by("technician"))
    with nothing_changes(), pytest.raises(PitlaneError):
        visit.settle()
    failed = [item.pk for item in visit.order.items.filter(state="done")][:1]
    workshop.final_check(
        order_id=visit.order_id,
        passed=False,
        failed_items=failed,
        cause="assembly_error",
        note="放油螺塞渗油",
        **visit.by("inspector"),
    )
    assert visit.state == "in_progress"
    workshop.finish_items(order_id=visit.order_id, item_ids=failed, **visit.by("technician"))
    visit.inspect()
    assert visit.state == "completed"


def settle_and_pay(visit: Visit) -> None:
    """The insurer bears the brakes, the customer the rest; cash and card, in parts."""
    brakes = next(line for line in orders.lines_of(visit.order_id) if line.name == "更换前制动片")
    workshop.set_payers(
        order_id=visit.order_id,
        keys=[brakes.key],
        payers={f"insurer:{INSURER}": "0.7", "customer": "0.3"},
        **visit.by("advisor"),
    )
    visit.settle()
    cards = {card.payer_kind: card for card in visit.bills}
    assert set(cards) == {"customer", "insurer"} and cards["insurer"].payer_name == INSURER
    assert cards["customer"].total + cards["insurer"].total == visit.order.total
    places = {card.payer_kind: n for n, card in enumerate(visit.bills)}
    visit.pay(Money(10_000), "cash", places["customer"])
    assert visit.bills[places["customer"]].state == "partial"
    with nothing_changes(), pytest.raises(PitlaneError):
        visit.deliver()
    visit.pay(method="card", bill=places["customer"])
    assert visit.state == "settled", "the insurer still owes"
    visit.pay(method="bank", bill=places["insurer"])
    assert visit.state == "paid"


def hand_over(visit: Visit) -> None:
    """The car leaves; the archive is made by a job."""
    visit.deliver()
    assert not ArchiveEntry.objects.exists()
    jobs.run_all_now()
    entry = ArchiveEntry.objects.get(order_id=visit.order_id)
    assert entry.missing == [], "the archive has all thirteen elements"
    assert "LSVAG2181E2100001" in entry.snapshot["vin"]
    assert orders.archive_of(visit.order.vehicle_id, by=visit.chain.actor("advisor")).entries
    workshop.close_order(order_id=visit.order_id, **visit.by("advisor"))


def comes_back(chain: Chain, visit: Visit) -> None:
    """Three days later the brakes squeal again: under guarantee, so free."""
    vehicle_id = visit.order.vehicle_id
    desk = Browser(chain.browser("advisor")).open("/reception/check-in/").press("查车", plate=PLATE)
    assert NAME in desk.text
    desk.press("下一步")
    assert "质保期内：小保养（更换机油机滤） 等 4 项" in desk.text and "同次：更换前制动片" in desk.text
    desk.press("下一步", concern="刹车又响了", order_type="repair", odometer="62900", comeback_of=visit.order.ref)
    back = Visit(chain, parse_id("ord", re.search(r"ord_\w+", desk.path)[0]), visit.at + timedelta(days=3))  # type: ignore[index]
    assert back.order.order_type == "comeback" and back.order.comeback_of_id == visit.order_id
    back.complete([operation("BR-001")])
    (made,) = back.settle()
    assert made.payer_kind == "internal"
    assert back.state == "paid", "the house pays, nothing is due from the customer"
    assert bills.customer_totals(back.order.customer_id).due == ZERO
    back.deliver()
    jobs.run_all_now()
    today = back.at.date()
    assert orders.first_time_fix(chain.store_id, today - timedelta(days=30), today).comebacks == 1
    assert [visit.order_id for visit in orders.history_of(vehicle_id)] == [back.order_id, visit.order_id]


def test_one_day(chain: Chain, visit: Visit) -> None:
    assert visit.state == "inspecting"
    car = customers.find_by_plate(PLATE)
    assert car is not None and car.odometer == 62_418 and car.owner_name == NAME
    decide_on_the_phone(chain, visit)
    repair(chain, visit)
    three_checks(visit)
    settle_and_pay(visit)
    hand_over(visit)
    assert doctor.examine() == []
    comes_back(chain, visit)
    assert doctor.examine() == []
