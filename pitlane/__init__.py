"""Pitlane 车坊: the system on which automotive after-sales runs."""

__version__ = "0.1.0"
