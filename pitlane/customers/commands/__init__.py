"""Writes of customers, one function each. Other domains call these, never the tables."""

from ..entries import NewCustomer, NewVehicle
from .bulk import Found, add_many, find_or_create_customer, find_or_create_vehicle
from .calls import close_call, record_call
from .contacts import finish_next_step, log_contact
from .desk import register_customer
from .exports import make_export, request_export, start_export
from .people import (
    add_date,
    add_phone,
    change_customer,
    create_customer,
    remove_date,
    remove_phone,
    set_primary_phone,
    set_tags,
)
from .privacy import erase_customer, give_consent, note_paper_consent, reveal, subject_access
from .vehicles import change_vehicle, create_vehicle, read_odometer, set_driver, transfer_vehicle

__all__ = [
    "Found",
    "NewCustomer",
    "NewVehicle",
    "add_date",
    "add_many",
    "add_phone",
    "change_customer",
    "change_vehicle",
    "close_call",
    "create_customer",
    "create_vehicle",
    "erase_customer",
    "find_or_create_customer",
    "find_or_create_vehicle",
    "finish_next_step",
    "give_consent",
    "log_contact",
    "make_export",
    "note_paper_consent",
    "read_odometer",
    "record_call",
    "register_customer",
    "remove_date",
    "remove_phone",
    "request_export",
    "reveal",
    "set_driver",
    "set_primary_phone",
    "set_tags",
    "start_export",
    "subject_access",
    "transfer_vehicle",
]
