"""Reads of the customer's phone: what a private link opens, who is signed in, and what belongs to them."""

from .booking import Chosen, cars_of, chosen, shop_by_code, staged_photo, telephones
from .links import BillPage, Picture, PortalPage, VisitPage, bill_page, photo_for, portal_page, visit_page
from .mine import (
    MyCarPage,
    MyData,
    MyHome,
    my_bill,
    my_car,
    my_data,
    my_home,
    my_order,
    my_photo,
    my_record,
    my_visit,
)
from .sessions import phone_key, session_by_token

__all__ = [
    "BillPage",
    "Chosen",
    "MyCarPage",
    "MyData",
    "MyHome",
    "Picture",
    "PortalPage",
    "VisitPage",
    "bill_page",
    "cars_of",
    "chosen",
    "my_bill",
    "my_car",
    "my_data",
    "my_home",
    "my_order",
    "my_photo",
    "my_record",
    "my_visit",
    "phone_key",
    "photo_for",
    "portal_page",
    "session_by_token",
    "shop_by_code",
    "staged_photo",
    "telephones",
    "visit_page",
]
