"""Writes of reception: check a car in, note its state, quote, take the answer, keep what was not done."""

from .advice import add_advice
from .check_in import NewCustomer, NewVehicle, check_in
from .diagnosis import accept_suggestion, read_codes, refuse_suggestion
from .estimates import decide_estimate, open_estimate, send_estimate
from .forgetting import forget_person
from .knowledge import save_own_cause
from .learning import learn_from_order, learn_more
from .links import end_links, link_estimate, link_order
from .recommendations import close_recommendation, keep_recommendations, take_recommendation
from .telling import tell_bill
from .walkaround import add_walkaround_photo, save_walkaround, sign_walkaround

__all__ = [
    "NewCustomer",
    "NewVehicle",
    "accept_suggestion",
    "add_advice",
    "add_walkaround_photo",
    "check_in",
    "close_recommendation",
    "decide_estimate",
    "end_links",
    "forget_person",
    "keep_recommendations",
    "learn_from_order",
    "learn_more",
    "link_estimate",
    "link_order",
    "open_estimate",
    "read_codes",
    "refuse_suggestion",
    "save_own_cause",
    "save_walkaround",
    "send_estimate",
    "sign_walkaround",
    "take_recommendation",
    "tell_bill",
]
