"""States of an approval."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

APPROVAL = Moves(
    "approval",
    {
        "requested": {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"},
        "approved": {"use": "used"},
    },
    {
        "requested": Label("hold", _("待审批"), solid=True),
        "approved": Label("done", _("已同意")),
        "used": Label("done", _("已执行")),
        "refused": Label("bad", _("已拒绝")),
        "withdrawn": Label("idle", _("已撤回")),
    },
    start="requested",
)
