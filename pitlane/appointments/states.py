"""States of an appointment."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

APPOINTMENT = Moves(
    "appointment",
    {
        "waitlisted": {"offer": "requested", "arrive": "arrived", "cancel": "cancelled"},
        "requested": {
            "confirm": "confirmed",
            "withdraw": "waitlisted",
            "move": "requested",
            "arrive": "arrived",
            "cancel": "cancelled",
            "miss": "no_show",
        },
        "confirmed": {
            "confirm": "confirmed",
            "remind": "reminded",
            "move": "rescheduled",
            "arrive": "arrived",
            "cancel": "cancelled",
            "miss": "no_show",
        },
        "rescheduled": {
            "confirm": "confirmed",
            "remind": "reminded",
            "move": "rescheduled",
            "arrive": "arrived",
            "cancel": "cancelled",
            "miss": "no_show",
        },
        "reminded": {
            "confirm": "confirmed",
            "remind": "reminded",
            "move": "rescheduled",
            "arrive": "arrived",
            "cancel": "cancelled",
            "miss": "no_show",
        },
        "arrived": {"convert": "converted", "cancel": "cancelled"},
        "no_show": {"arrive": "arrived"},
    },
    {
        "waitlisted": Label("hold", _("候补中"), open=True),
        "requested": Label("cust", _("待确认"), open=True),
        "confirmed": Label("cust", _("已确认")),
        "rescheduled": Label("cust", _("已改期")),
        "reminded": Label("cust", _("已提醒")),
        "arrived": Label("move", _("已到店")),
        "converted": Label("done", _("已转工单")),
        "cancelled": Label("idle", _("已取消")),
        "no_show": Label("bad", _("爽约")),
    },
    start="requested",
)
EXPECTED = ("requested", "confirmed", "rescheduled", "reminded")
HOLDING = (*EXPECTED, "arrived")
OVER = ("converted", "cancelled", "no_show")
