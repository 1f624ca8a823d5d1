"""States of a parts requisition (领料)."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

REQUISITION = Moves(
    "requisition",
    {
        "backordered": {"reserve": "reserved", "cancel": "cancelled"},
        "reserved": {"issue": "issued", "cancel": "cancelled", "run_short": "backordered"},
        "issued": {"return_some": "partly_returned", "return_all": "returned"},
        "partly_returned": {"return_some": "partly_returned", "return_all": "returned"},
        "cancelled": {"require_again": "backordered"},
    },
    {
        "backordered": Label("hold", _("缺件"), solid=True),
        "reserved": Label("move", _("已锁定"), open=True),
        "issued": Label("done", _("已出库")),
        "partly_returned": Label("done", _("部分退料")),
        "returned": Label("idle", _("已退料")),
        "cancelled": Label("idle", _("已取消")),
    },
    start="backordered",
)
