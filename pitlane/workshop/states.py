"""States of the repair order, the work item, the approval of a line, and a quality check."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.states import Label, Moves

ORDER = Moves(
    "repair_order",
    {
        "checked_in": {
            "inspect": "inspecting",
            "quote": "awaiting_approval",
            "approve": "dispatch_pending",
            "cancel": "cancelled",
        },
        "inspecting": {
            "quote": "awaiting_approval",
            "approve": "dispatch_pending",
            "hold": "on_hold",
            "cancel": "cancelled",
        },
        "awaiting_approval": {
            "quote": "awaiting_approval",
            "approve": "dispatch_pending",
            "decline": "inspecting",
            "hold": "on_hold",
            "cancel": "cancelled",
        },
        "dispatch_pending": {"start": "in_progress", "hold": "on_hold", "revise": "inspecting", "cancel": "cancelled"},
        "in_progress": {"finish": "qc_pending", "hold": "on_hold", "recall": "dispatch_pending"},
        "on_hold": {
            "resume_inspect": "inspecting",
            "resume_approval": "awaiting_approval",
            "resume_dispatch": "dispatch_pending",
            "resume_work": "in_progress",
            "cancel": "cancelled",
        },
        "qc_pending": {"pass": "completed", "fail": "in_progress", "add_work": "in_progress"},
        "completed": {"settle": "settled", "fail": "in_progress", "add_work": "in_progress"},
        "settled": {"pay": "paid", "charge": "on_account", "reverse": "reopened"},
        "paid": {"deliver": "delivered", "refund": "settled", "reverse": "reopened"},
        "on_account": {"deliver": "delivered", "pay": "paid", "reverse": "reopened"},
        "delivered": {"close": "closed", "reverse": "reopened"},
        "closed": {"reverse": "reopened"},
        "reopened": {"settle": "settled", "add_work": "in_progress"},
    },
    {
        "checked_in": Label("move", _("已接车"), open=True),
        "inspecting": Label("move", _("检查中")),
        "awaiting_approval": Label("cust", _("待客户确认")),
        "dispatch_pending": Label("move", _("待派工"), open=True),
        "in_progress": Label("move", _("维修中")),
        "on_hold": Label("hold", _("已暂停")),
        "qc_pending": Label("move", _("待总检")),
        "completed": Label("done", _("已竣工"), open=True),
        "settled": Label("cust", _("已结算")),
        "paid": Label("done", _("已收款")),
        "on_account": Label("hold", _("挂账")),
        "delivered": Label("done", _("已交车")),
        "closed": Label("idle", _("已关闭")),
        "cancelled": Label("idle", _("已作废")),
        "reopened": Label("bad", _("反结算")),
    },
    start="checked_in",
)
OVER = ("delivered", "closed", "cancelled")
EDITABLE = (
    "checked_in",
    "inspecting",
    "awaiting_approval",
    "dispatch_pending",
    "in_progress",
    "on_hold",
    "qc_pending",
    "completed",
    "reopened",
)

ITEM = Moves(
    "work_item",
    {
        "pending": {"dispatch": "dispatched", "remove": "removed"},
        "dispatched": {
            "dispatch": "dispatched",
            "recall": "pending",
            "accept": "accepted",
            "start": "working",
            "remove": "removed",
        },
        "accepted": {"dispatch": "dispatched", "recall": "pending", "start": "working", "remove": "removed"},
        "working": {"pause": "paused", "self_check": "self_checked"},
        "paused": {"start": "working", "dispatch": "dispatched"},
        "self_checked": {"confirm": "done", "fail": "rework"},
        "done": {"pass": "passed", "fail": "rework"},
        "passed": {"fail": "rework"},
        "rework": {"start": "working", "dispatch": "dispatched"},
    },
    {
        "pending": Label("idle", _("未派工"), open=True),
        "dispatched": Label("move", _("已派工"), open=True),
        "accepted": Label("move", _("已接工"), open=True),
        "working": Label("move", _("施工中")),
        "paused": Label("hold", _("中断")),
        "self_checked": Label("move", _("已自检")),
        "done": Label("done", _("完工"), open=True),
        "passed": Label("done", _("质检合格")),
        "rework": Label("bad", _("返工")),
        "removed": Label("idle", _("已取消")),
    },
    start="pending",
)

APPROVAL = Moves(
    "line_approval",
    {
        "proposed": {"approve": "approved", "decline": "declined", "defer": "deferred"},
        "approved": {"withdraw": "proposed"},
        "declined": {"propose": "proposed", "approve": "approved"},
        "deferred": {"propose": "proposed", "approve": "approved"},
    },
    {
        "proposed": Label("cust", _("待确认"), open=True),
        "approved": Label("done", _("已同意")),
        "declined": Label("idle", _("不做")),
        "deferred": Label("hold", _("下次再做")),
    },
    start="proposed",
    attribute="approval",
)

CHECK = Moves(
    "quality_check",
    {"pending": {"pass": "passed", "fail": "failed"}, "failed": {"recheck": "rechecked"}},
    {
        "pending": Label("move", _("待检"), open=True),
        "passed": Label("done", _("合格")),
        "failed": Label("bad", _("不合格")),
        "rechecked": Label("done", _("复检合格")),
    },
    start="pending",
)

ACTION = Moves(
    "corrective_action",
    {"open": {"finish": "done", "drop": "dropped"}},
    {
        "open": Label("hold", _("进行中"), open=True),
        "done": Label("done", _("已完成")),
        "dropped": Label("idle", _("不再需要")),
    },
    start="open",
)
