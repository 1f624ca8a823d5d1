"""Writes of reception: check a car in, note its state, quote, take the answer, keep what was not done."""

from .advice import add_advice
from .check_in import NewCustomer, NewVehicle, check_in
from .estimates import decide_estimate, open_estimate, send_estimate
from .forgetting import forget_person
from .links import end_links, link_estimate, link_order
from .recommendations import close_recommendation, keep_recommendations, take_recommendation
from .telling import tell_bill
from .walkaround import add_walkaround_photo, save_walkaround, sign_walkaround

__all__ = [
    "NewCustomer",
    "NewVehicle",
    "add_advice",
    "add_walkaround_photo",
    "check_in",
    "close_recommendation",
    "decide_estimate",
    "end_links",
    "forget_person",
    "keep_recommendations",
    "link_estimate",
    "link_order",
    "open_estimate",
    "save_walkaround",
    "send_estimate",
    "sign_walkaround",
    "take_recommendation",
    "tell_bill",
]
