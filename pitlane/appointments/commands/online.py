"""Booking by the customer's own hand: a draft that is filled in step by step, and becomes one appointment.

Who calls these has checked that the person holds the phone; the plate is taken as it was said. Nothing here tells
anybody what the shop knows about a car or a number that is not theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core import files, links
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.models import StoredFile
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers

from .. import policies
from ..drawing import LONGEST_WISH, Guest
from ..models import Appointment, BookedPhoto, BookingDraft, DraftPhoto, OnlineCaller, Source
from ..queries.online import draft_lines, menu, of_phone, own_car, phone_key, wish_answer
from ..queries.plans import plan_of
from ..rules import MOST_PHOTOS, MOST_SERVICES
from ..states import EXPECTED, HOLDING
from ..visits import LINK, LINK_DAYS
from .booking import book
from .waiting import join_waiting_list

DRAFT_LIFE = timedelta(hours=24)
MOST_A_DAY = 10
MOST_WAITING_BYTES = 2 * 1024**3  # pictures of bookings that nobody has finished, in the whole organisation
PERMISSION = "appointments.book"


def _open(store_id: int, by: Actor) -> None:
    """The store takes bookings from customers, and a customer asks."""
    require(policies.can_book_online(by), PERMISSION)
    if not plan_of(store_id).online:
        raise Refused(_("本店暂未开放网上预约，请打电话预约"), code="offline")


def _draft(draft_id: int, by: Actor) -> BookingDraft:
    draft: BookingDraft | None = BookingDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Missing()
    _open(draft.store_id, by)
    if draft.appointment_id:
        raise Refused(_("这次预约已经提交"), code="booked")
    return draft


@command
def begin_draft(
    *,
    store_id: int,
    token: str,
    plate: str = "",
    vehicle_id: int | None = None,
    customer_ids: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> BookingDraft:
    """Somebody begins to book with their car; ``token`` is the secret of the pages that follow."""
    _open(store_id, by)
    draft = BookingDraft(
        org_id=current_org(), store_id=store_id, token_hash=links.token_hash(token), expires_at=at + DRAFT_LIFE
    )
    _put_car(draft, plate, vehicle_id, customer_ids)
    draft.save()
    return draft


@command
def choose_car(
    *,
    draft_id: int,
    plate: str = "",
    vehicle_id: int | None = None,
    customer_ids: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> BookingDraft:
    """Another car after all."""
    draft = _draft(draft_id, by)
    _put_car(draft, plate, vehicle_id, customer_ids)
    draft.save()
    return draft


def _put_car(draft: BookingDraft, plate: str, vehicle_id: int | None, customer_ids: Sequence[int]) -> None:
    """One of the customer's own cars, or a plate as it was typed; empty for a car that has none yet."""
    draft.vehicle_id = vehicle_id
    if vehicle_id is not None:
        car = own_car(draft, customer_ids)
        if car is None:
            raise Missing()
        draft.plate = car.plate
        return
    if plate.strip() and (problem := customers.plate_problem(plate)):
        raise Refused(str(problem), code="plate", field="plate")
    draft.plate = customers.readable_plate(plate) if plate.strip() else ""


@command
def choose_work(
    *,
    draft_id: int,
    services: Sequence[str],
    wish: str,
    customer_ids: Sequence[int] = (),
    by: Actor,
    at: datetime,
) -> BookingDraft:
    """What is to be done: lines of the public menu, a described fault, or both."""
    draft = _draft(draft_id, by)
    chosen, said = list(dict.fromkeys(services)), wish.strip()
    known = menu(draft.store_id, car=own_car(draft, customer_ids), chosen=(), at=at).refs
    if not set(chosen) <= known:
        raise Refused(_("有项目已下架，请重新选择"), code="services", field="services")
    if len(chosen) > MOST_SERVICES:
        raise Refused(_("一次最多预约 %(n)d 个项目") % {"n": MOST_SERVICES}, code="services", field="services")
    if len(said) > LONGEST_WISH:
        facts = {"most": LONGEST_WISH, "over": len(said) - LONGEST_WISH}
        raise Refused(_("最多 %(most)d 字，请删去 %(over)d 字") % facts, code="wish", field="wish")
    if not chosen and not said:
        raise Refused(_("请选择项目，或写下要检查什么"), code="services", field="services")
    draft.services, draft.wish = chosen, said
    draft.save()
    return draft


@command
def stage_photo(*, draft_id: int, content: bytes, name: str, by: Actor, at: datetime) -> StoredFile:
    """A picture of the fault: checked now, attached when the booking is made, thrown away when it never is."""
    draft = _draft(draft_id, by)
    if draft.photos.count() >= MOST_PHOTOS:
        raise Refused(_("最多 %(n)d 张照片") % {"n": MOST_PHOTOS}, code="photos", field="photos")
    if (DraftPhoto.objects.aggregate(all=Sum("file__size"))["all"] or 0) + len(content) > MOST_WAITING_BYTES:
        raise Refused(_("今天预约得太多，请明天再试或打电话给门店"), code="photos_full", field="photos")
    kept = files.keep(content=content, name=name, purpose="photo", store_id=draft.store_id, by=by, at=at)
    DraftPhoto.objects.create(org_id=draft.org_id, draft=draft, file=kept)
    return kept


@command
def drop_photo(*, draft_id: int, file_id: int, by: Actor, at: datetime) -> None:
    """Not this picture. Twice is harmless."""
    draft = _draft(draft_id, by)
    if draft.photos.filter(file_id=file_id).delete()[0]:
        files.forget(StoredFile.objects.filter(pk=file_id), at=at)


@command
def choose_time(
    *, draft_id: int, start: datetime, waiting: bool = False, customer_ids: Sequence[int] = (), by: Actor, at: datetime
) -> BookingDraft:
    """A free time, or one that is taken and shall be waited for. Nothing is promised before the booking."""
    draft = _draft(draft_id, by)
    answer = wish_answer(draft.store_id, draft_lines(draft, own_car(draft, customer_ids), at), start, at=at)
    if waiting and not answer.reasons:
        raise Refused(_("这个时间现在有空，可以直接预约"), code="free", field="start")
    if answer.reasons and not (waiting and answer.may_wait):
        raise Refused("；".join(answer.reasons), code="taken", field="start")  # zh-data
    draft.start, draft.waiting = start, waiting
    draft.save()
    return draft


@command
def book_draft(
    *,
    draft_id: int,
    phone: str,
    name: str = "",
    consent: bool,
    link: str,
    token: str,
    by: Actor,
    at: datetime,
) -> Appointment:
    """Turn a draft into the appointment (or the place in the waiting list) of whoever holds the phone. Twice is one.

    ``link`` is the secret of the page that follows, ``token`` that of the message. When the time is gone meanwhile:
    Conflict with three others, and the draft stays.
    """
    draft: BookingDraft | None = BookingDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise Missing()
    _open(draft.store_id, by)
    people = [card.id for card in customers.find_by_phone(phone)]
    row: Appointment | None = draft.appointment
    if row is None:
        _refuse(draft, phone, people, consent, at)
        row = _made(draft, phone, name, people, token, by, at)
        draft.appointment, draft.plate, draft.wish = row, "", ""
        draft.photos.all().delete()
        draft.save()
    elif row.guest_index != phone_key(phone):
        raise Missing()
    days = max(1, (row.ends_at - at) // timedelta(days=1)) + LINK_DAYS
    links.make_link(purpose=LINK, subject_id=row.pk, customer_id=row.customer_id, token=link, at=at, days=days)
    return row


def _refuse(draft: BookingDraft, phone: str, people: Sequence[int], consent: bool, at: datetime) -> None:
    """What stands against it, asked while nobody else books with this phone."""
    if not consent:
        raise Refused(_("请先同意门店为这次预约使用您的资料"), code="consent", field="consent")
    if draft.start is None:
        raise Refused(_("请选择时间"), code="start", field="start")
    if draft.vehicle_id is not None and own_car(draft, people) is None:
        raise Refused(_("选的车不在这个手机号名下，请返回第一步重新填写车牌"), code="not_yours")
    if _caller(phone).blocked_at:
        raise Refused(_("这个手机号不能在网上预约，请打电话给门店"), code="blocked")
    mine = Appointment.objects.filter(of_phone(phone, people))
    most = plan_of(draft.store_id).most_open
    if mine.filter(state__in=(*EXPECTED, "waitlisted")).count() >= most:
        text = _("您已有 %(n)d 个未完成的预约，先完成或取消再约") % {"n": most}
        raise Refused(text, code="too_many")
    if mine.filter(source=Source.PORTAL, made_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(_("今天预约得太多，请明天再试或打电话给门店"), code="too_many")
    _refuse_same_car(draft, mine.filter(state__in=HOLDING), draft.start)


def _refuse_same_car(draft: BookingDraft, mine: Any, start: datetime) -> None:
    plate = draft.plate.reveal()
    day = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
    for row in mine.filter(starts_at__gte=day, starts_at__lt=day + timedelta(days=1)).select_related("vehicle"):
        if plate and plate == (row.vehicle.plate if row.vehicle else row.guest_plate.reveal()):
            text = _("这辆车当天 %(time)s 已有预约，要换时间请打开那条预约")
            facts = {"time": f"{timezone.localtime(row.starts_at):%H:%M}"}
            raise Refused(text % facts, code="same_day", field="start")


def _caller(phone: str) -> OnlineCaller:
    """The row of a phone, ours until the end: two bookings at once with one phone are counted one after the other."""
    key = phone_key(phone)
    OnlineCaller.objects.get_or_create(org_id=current_org(), phone_index=key)
    caller: OnlineCaller = OnlineCaller.objects.select_for_update().get(phone_index=key)
    return caller


def _made(
    draft: BookingDraft, phone: str, name: str, people: Sequence[int], token: str, by: Actor, at: datetime
) -> Appointment:
    car = own_car(draft, people)
    customer_id = _whose(car, people)
    facts: dict[str, Any] = {
        "store_id": draft.store_id,
        "start": draft.start,
        "services": draft.services,
        "customer_id": customer_id,
        "vehicle_id": car.id if car else None,
        "guest": Guest(name, phone, draft.plate.reveal()),
        "wish": draft.wish.reveal(),
        "photos": list(draft.photos.values_list("file_id", flat=True)),
        "source": Source.PORTAL,
        "by": replace(by, id=customer_id or 0),
        "at": at,
    }
    row = join_waiting_list(**facts) if draft.waiting else book(**facts, token=token)
    row.guest_index, row.consented_at = phone_key(phone), at
    row.save(update_fields=["guest_index", "consented_at"])
    return row


def _whose(car: customers.VehicleCard | None, people: Sequence[int]) -> int | None:
    """The owner of the chosen car, else its driver; without a car the only customer who has this number."""
    if car:
        return car.owner_id if car.owner_id in people else car.driver_id
    return people[0] if len(people) == 1 else None


@command
def forget_drafts(*, by: Actor, at: datetime) -> int:
    """What nobody finished is forgotten after a day, with its pictures."""
    require(policies.can_forget(by), PERMISSION)
    over = BookingDraft.objects.filter(expires_at__lte=at)
    staged = list(DraftPhoto.objects.filter(draft__in=over).values_list("file_id", flat=True))
    gone = over.count()
    over.delete()
    booked = set(BookedPhoto.objects.filter(file_id__in=staged).values_list("file_id", flat=True))
    files.forget(StoredFile.objects.filter(pk__in=set(staged) - booked), at=at)
    return gone
