"""States of an estimate and of a recommendation."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

ESTIMATE = Moves(
    "estimate",
    {"sent": {"decide": "decided", "replace": "replaced"}, "decided": {"replace": "replaced"}},
    {
        "sent": Label("cust", _("待客户确认")),
        "decided": Label("done", _("客户已答复")),
        "replaced": Label("idle", _("已被新版本替代")),
    },
    start="sent",
)

RECOMMENDATION = Moves(
    "recommendation",
    {"open": {"take": "taken", "drop": "dropped"}},
    {
        "open": Label("hold", _("未做")),
        "taken": Label("done", _("已加入工单")),
        "dropped": Label("idle", _("不再推荐")),
    },
    start="open",
)
