"""Reads of reception: one object per screen."""

from .advice import Advice, AdviceList, advice_for, arranged
from .check_in import CheckInScreen, check_in_screen, intake_of, odometer_warning, promise_now
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
from .quote import Offer, QuoteRow, QuoteScreen, find_offers, job_for_part, package_in, quote_screen
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
    "AdviceList",
    "CheckInScreen",
    "EstimateCard",
    "EstimateScreen",
    "JobCard",
    "KeptHere",
    "MarkCard",
    "Offer",
    "QuoteRow",
    "QuoteScreen",
    "RecommendationCard",
    "WalkaroundCard",
    "WalkaroundScreen",
    "advice_for",
    "arranged",
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
    "package_in",
    "promise_now",
    "quote_screen",
    "recommendations_for",
    "recommendations_of",
    "standard_checks",
    "waiting_count",
    "waiting_estimates",
    "walkaround_of",
    "walkaround_screen",
]
