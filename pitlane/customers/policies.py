"""Permissions of customers, and who may use them. Customers and vehicles are shared by all stores of the group."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

from .models import ContactLog, Customer, Export, Ownership

declare(
    {
        "customers.view": _("查看客户和车辆"),
        "customers.edit": _("新建和修改客户、车辆"),
        "customers.reveal": _("查看完整电话、地址和证件号"),
        "customers.import": _("导入客户和车辆"),
        "customers.export": _("导出客户、车辆、配件和工单"),
        "customers.erase": _("本人资料导出和删除个人信息"),
    },
    sensitive=frozenset({"customers.reveal", "customers.export", "customers.erase"}),
)


def can_view(actor: Actor) -> bool:
    return actor.may("customers.view")


def can_edit(actor: Actor) -> bool:
    return actor.may("customers.edit")


def can_note_odometer(actor: Actor) -> bool:
    """Whoever sees the car on screen may also read its dashboard."""
    return actor.may("customers.edit") or actor.may("customers.view")


def can_bring_in(actor: Actor) -> bool:
    """Imports meet known people; whoever may edit may do the same by hand."""
    return actor.may("customers.import") or actor.may("customers.edit")


def can_reveal(actor: Actor) -> bool:
    return actor.may("customers.reveal")


def can_export(actor: Actor) -> bool:
    return actor.may("customers.export")


def can_export_phones(actor: Actor) -> bool:
    return can_export(actor) and can_reveal(actor)


def can_export_alone(actor: Actor) -> bool:
    """Whoever approves exports needs nobody else's approval (the owner of a single shop)."""
    return actor.may("accounts.approve_export")


def can_take_file(actor: Actor, export: Export) -> bool:
    """Only the person or the program that asked takes the file."""
    asked = {"staff": export.requested_by_id, "key": export.requested_by_key}.get(actor.kind)
    return can_export(actor) and asked is not None and asked == actor.id


def can_erase(actor: Actor) -> bool:
    return actor.may("customers.erase")


def listed(actor: Actor) -> Q:
    """Which customers stand in an actor's lists: all, or only those that an own-only role is responsible for."""
    return Q(advisor_id=actor.id) if actor.own_only else Q()


def own_customers(actor: Actor) -> QuerySet[Customer]:
    """The ids of the customers in an actor's reach."""
    found: QuerySet[Customer] = Customer.objects.filter(listed(actor)).values("pk")
    return found


def own_vehicles(actor: Actor) -> QuerySet[Any]:
    """The ids of the cars that these customers own or drive now."""
    links: QuerySet[Any] = Ownership.objects.filter(until=None, customer__in=own_customers(actor))
    return links.values("vehicle")


def listed_cars(actor: Actor) -> Q:
    """Which cars stand in an actor's lists: all, or only those of the own customers."""
    return Q(pk__in=own_vehicles(actor)) if actor.own_only else Q()


def reaches_customer(actor: Actor, customer_id: int) -> bool:
    return own_customers(actor).filter(pk=customer_id).exists()


def reaches_vehicle(actor: Actor, vehicle_id: int) -> bool:
    return own_vehicles(actor).filter(vehicle=vehicle_id).exists()


def reaches_contact(actor: Actor, contact_id: int) -> bool:
    return ContactLog.objects.filter(pk=contact_id, customer__in=own_customers(actor)).exists()
