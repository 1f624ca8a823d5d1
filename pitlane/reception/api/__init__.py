"""The API of reception: check-in, walk-around, quotes and answers, advice and recommendations."""

from . import advice, check_in, diagnosis, estimates, walkaround
from .door import router

__all__ = ["advice", "check_in", "diagnosis", "estimates", "router", "walkaround"]
