"""The one router of billing, to which each module adds its calls."""

from ninja import Router

router = Router()
