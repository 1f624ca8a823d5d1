"""Reads of reception: one object per screen."""

from .advice import Advice, advice_for
from .check_in import CheckInScreen, check_in_screen, intake_of, odometer_warning
from .estimates import (
    EstimateCard,
    EstimateScreen,
    JobCard,
    card_of,
    estimate_for_link,
    estimate_screen,
    estimates_of,
    order_id_for_link,
    waiting_count,
    waiting_estimates,
)
from .quote import Offer, QuoteScreen, find_offers, job_for_part, quote_screen
from .recommendations import KeptHere, RecommendationCard, kept_here, recommendations_for, recommendations_of
from .walkarounds import (
    MarkCard,
    WalkaroundCard,
    WalkaroundScreen,
    needed_fields,
    standard_checks,
    walkaround_of,
    walkaround_screen,
)

__all__ = [
    "Advice",
    "CheckInScreen",
    "EstimateCard",
    "EstimateScreen",
    "JobCard",
    "KeptHere",
    "MarkCard",
    "Offer",
    "QuoteScreen",
    "RecommendationCard",
    "WalkaroundCard",
    "WalkaroundScreen",
    "advice_for",
    "card_of",
    "check_in_screen",
    "estimate_for_link",
    "estimate_screen",
    "estimates_of",
    "find_offers",
    "intake_of",
    "job_for_part",
    "kept_here",
    "needed_fields",
    "odometer_warning",
    "order_id_for_link",
    "quote_screen",
    "recommendations_for",
    "recommendations_of",
    "standard_checks",
    "waiting_count",
    "waiting_estimates",
    "walkaround_of",
    "walkaround_screen",
]
