"""States of a settlement and of a till session."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

SETTLEMENT = Moves(
    "settlement",
    {
        "open": {"pay_some": "partial", "pay_all": "paid", "charge": "on_account", "reverse": "reversed"},
        "partial": {
            "pay_some": "partial",
            "pay_all": "paid",
            "charge": "on_account",
            "refund_some": "partial",
            "refund_all": "open",
            "reverse": "reversed",
        },
        "on_account": {"pay_some": "on_account", "pay_all": "paid", "reverse": "reversed"},
        "paid": {"refund_some": "partial", "refund_all": "open", "reverse": "reversed"},
    },
    {
        "open": Label("cust", _("待付款"), solid=True),
        "partial": Label("hold", _("部分已付")),
        "on_account": Label("hold", _("挂账")),
        "paid": Label("done", _("已付")),
        "reversed": Label("idle", _("已反结算")),
    },
    start="open",
)

TILL = Moves(
    "till_session",
    {"open": {"close": "closed"}},
    {"open": Label("move", _("当班")), "closed": Label("done", _("已交班"))},
    start="open",
)
WRITTEN_OFF = Label("idle", _("坏账核销"))
PAYABLE = ("open", "partial", "on_account")
OWING = ("open", "partial")
