"""Reads of the customer's phone: what a private link opens, who is signed in."""

from .links import BillPage, Picture, PortalPage, VisitPage, bill_page, photo_for, portal_page, visit_page
from .sessions import phone_key, session_by_token

__all__ = [
    "BillPage",
    "Picture",
    "PortalPage",
    "VisitPage",
    "bill_page",
    "phone_key",
    "photo_for",
    "portal_page",
    "session_by_token",
    "visit_page",
]
