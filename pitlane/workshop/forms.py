"""Forms of the workshop."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pitlane.core.formfields import MoneyFormField
from pitlane.core.money import ZERO

from .models import Hold, OrderPart, OrderType

DATETIME = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
PAUSE_REASONS = [
    ("等配件", _("等配件")),  # zh-data
    ("等客户", _("等客户")),  # zh-data
    ("等工位", _("等工位")),  # zh-data
    ("休息", _("休息")),  # zh-data
    ("其他", _("其他")),  # zh-data
]
NO_PHOTO_REASONS = [
    ("位置拍不到", _("位置拍不到")),  # zh-data
    ("设备拍不了", _("设备拍不了")),  # zh-data
    ("客户不同意拍照", _("客户不同意拍照")),  # zh-data
    ("本车没有这一步", _("本车没有这一步")),  # zh-data
]


def choose(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Fill the choices of a field that depend on the shop: its people, bays, jobs."""
    field: Any = form.fields[name]
    field.choices = list(choices)


class HeaderForm(forms.Form):
    """The head of the order."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("工单名称"), max_length=80, required=False)
    concern = forms.CharField(
        label=_("客户主诉"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    order_type = forms.ChoiceField(label=_("维修类别"), choices=OrderType.choices)
    promised_at = forms.DateTimeField(label=_("承诺交车"), required=False, widget=DATETIME)
    advisor_id = forms.TypedChoiceField(label=_("服务顾问"), coerce=int, empty_value=None, required=False)
    odometer = forms.IntegerField(label=_("里程 km"), min_value=0, max_value=2_000_000, required=False)
    key_place = forms.CharField(label=_("钥匙位置"), max_length=20, required=False)
    comeback_cause = forms.ChoiceField(label=_("外返原因"), required=False)

    def __init__(
        self,
        *args: Any,
        advisors: Iterable[tuple[int, str]] = (),
        causes: Iterable[tuple[str, str]] = (),
        is_comeback: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "advisor_id", [("", "—"), *advisors])
        choose(self, "comeback_cause", [("", _("还没查明")), *causes])
        if is_comeback:
            choose(self, "order_type", [(OrderType.COMEBACK.value, OrderType.COMEBACK.label)])
        else:
            del self.fields["comeback_cause"]
            choose(self, "order_type", [kind for kind in OrderType.choices if kind[0] != OrderType.COMEBACK.value])


class PromiseForm(forms.Form):
    """A new promised time."""

    promised_at = forms.DateTimeField(label=_("承诺交车"), widget=DATETIME)


class LabourForm(forms.Form):
    """A job of the order; discount as a percentage, because that is how it is said."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("项目名称"), max_length=80)
    hours = forms.DecimalField(label=_("工时"), min_value=0, max_value=999, decimal_places=2)
    unit_price = MoneyFormField(label=_("单价"), least=ZERO)
    discount_percent = forms.DecimalField(label=_("优惠 %"), min_value=0, max_value=100, required=False)
    payers = forms.CharField(
        label=_("付款方"),
        required=False,
        help_text=_("例：客户 100，或 保险:平安产险 80，客户 20"),
    )
    reason = forms.CharField(
        label=_("申请理由"), max_length=200, required=False, help_text=_("超过你的权限时会提交审批")
    )


class SubletForm(LabourForm):
    """Outside work: supplier and what it costs us."""

    sublet_supplier = forms.CharField(label=_("外加工单位"), max_length=60, required=False)
    sublet_cost = MoneyFormField(label=_("外加工成本"), required=False)


class PartForm(forms.Form):
    """A part line."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("配件名称"), max_length=80)
    quantity = forms.DecimalField(label=_("数量"), min_value=Decimal("0.001"), max_value=99_999, decimal_places=3)
    unit_price = MoneyFormField(label=_("单价"), least=ZERO)
    discount_percent = forms.DecimalField(label=_("优惠 %"), min_value=0, max_value=100, required=False)
    item_id = forms.TypedChoiceField(label=_("所属项目"), coerce=int, empty_value=None, required=False)
    old_part = forms.ChoiceField(label=_("旧件"), choices=OrderPart.OldPart.choices)
    payers = forms.CharField(
        label=_("付款方"),
        required=False,
        help_text=_("例：客户 100，或 保险:平安产险 80，客户 20"),
    )
    reason = forms.CharField(
        label=_("申请理由"), max_length=200, required=False, help_text=_("超过你的权限时会提交审批")
    )

    def __init__(self, *args: Any, items: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "item_id", [("", _("不属于任何项目")), *items])


class FreeLineForm(forms.Form):
    """A line that is in no catalogue: free labour, outside work, a fee, a part the customer brought."""

    kind = forms.ChoiceField(
        label=_("类型"),
        choices=[
            ("labour", _("工时项目")),
            ("sublet", _("外加工")),
            ("fee", _("其他费用")),
            ("part", _("配件")),
            ("own", _("客户自带配件")),
        ],
    )
    name = forms.CharField(label=_("名称"), max_length=80)
    quantity = forms.DecimalField(
        label=_("工时或数量"), min_value=Decimal("0.001"), max_value=99_999, decimal_places=3, initial=1
    )
    unit_price = MoneyFormField(label=_("单价或金额"), required=False)
    sublet_supplier = forms.CharField(label=_("外加工单位"), max_length=60, required=False)
    sublet_cost = MoneyFormField(label=_("外加工成本"), required=False)


class DiscountForm(forms.Form):
    """A discount over several lines; above the limit a reason asks for approval."""

    percent = forms.DecimalField(label=_("优惠 %"), min_value=0, max_value=100)
    reason = forms.CharField(
        label=_("申请理由"), max_length=200, required=False, help_text=_("超过你的权限时会提交审批")
    )


class HoldForm(forms.Form):
    """Why the order stands still."""

    reason = forms.ChoiceField(label=_("暂停原因"), choices=Hold.Reason.choices)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """A reason that is asked for before something is taken back."""

    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class DispatchForm(forms.Form):
    """Who does which jobs where, and when they begin."""

    bay_id = forms.TypedChoiceField(label=_("工位"), coerce=int, empty_value=None, required=False)
    planned_start = forms.DateTimeField(label=_("计划开工"), required=False, widget=DATETIME)

    def __init__(self, *args: Any, bays: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "bay_id", [("", _("不指定")), *bays])


class FindingForm(forms.Form):
    """What the technician saw."""

    text = forms.CharField(label=_("发现了什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    severity = forms.ChoiceField(
        label=_("紧急程度"),
        choices=[("advise", _("建议")), ("soon", _("尽快")), ("urgent", _("立即，影响安全"))],
        widget=forms.RadioSelect,
        initial="soon",
    )


class PauseForm(forms.Form):
    """Why the technician stops."""

    reason = forms.ChoiceField(label=_("暂停原因"), choices=PAUSE_REASONS, widget=forms.RadioSelect)


class InspectForm(forms.Form):
    """The final inspection."""

    road_test = forms.BooleanField(label=_("已路试"), required=False)
    cause = forms.ChoiceField(label=_("返工原因"), required=False)
    responsible_id = forms.TypedChoiceField(label=_("责任人"), coerce=int, empty_value=None, required=False)
    failed_points = forms.CharField(
        label=_("不合格点"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个，对照检验标准"),
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[int, str]] = (),
        causes: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "responsible_id", [("", "—"), *people])
        choose(self, "cause", [("", _("请选择")), *causes])

    def clean_failed_points(self) -> list[str]:
        """One point a line."""
        return [line.strip()[:80] for line in self.cleaned_data["failed_points"].splitlines() if line.strip()]


class PeerForm(forms.Form):
    """Why a colleague does not confirm a job."""

    cause = forms.ChoiceField(label=_("原因"), required=False)
    note = forms.CharField(label=_("哪里不对"), max_length=200, required=False)

    def __init__(self, *args: Any, causes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "cause", [("", _("请选择")), *causes])


class ActionForm(forms.Form):
    """A corrective action."""

    text = forms.CharField(label=_("怎么改"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    cause = forms.ChoiceField(label=_("针对的原因"), required=False)
    owner_id = forms.TypedChoiceField(label=_("负责人"), coerce=int)
    due_on = forms.DateField(label=_("完成日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[int, str]] = (),
        causes: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "owner_id", people)
        choose(self, "cause", [("", "—"), *causes])


class ActionEndForm(forms.Form):
    """How a corrective action ended."""

    outcome = forms.ChoiceField(
        label=_("结果"),
        choices=[("done", _("已完成")), ("dropped", _("不再需要"))],
        widget=forms.RadioSelect,
        initial="done",
    )
    effect = forms.CharField(label=_("效果或原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class PeriodForm(forms.Form):
    """From which day to which."""

    first_day = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SettleForm(forms.Form):
    """What the desk says when approved parts were not taken from the shelf."""

    unissued_reason = forms.CharField(label=_("没有领料的原因"), max_length=80, required=False)


class PayForm(forms.Form):
    """One payment; ``request_key`` makes a double click take the money once."""

    settlement = forms.CharField(widget=forms.HiddenInput)
    request_key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    method = forms.ChoiceField(label=_("收款方式"), widget=forms.RadioSelect)
    amount = MoneyFormField(label=_("金额"))
    reference = forms.CharField(label=_("流水号或备注"), max_length=60, required=False)

    def __init__(self, *args: Any, methods: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "method", list(methods))


class DepositForm(forms.Form):
    """Money in advance; ``request_key`` makes a double click take it once."""

    request_key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    amount = MoneyFormField(label=_("金额"))
    method = forms.ChoiceField(label=_("收款方式"), widget=forms.RadioSelect)
    reference = forms.CharField(label=_("流水号或备注"), max_length=60, required=False)

    def __init__(self, *args: Any, methods: Iterable[tuple[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "method", list(methods))


class PhotoForm(forms.Form):
    """Photos of the work."""

    caption = forms.CharField(label=_("说明"), max_length=80, required=False)
    customer_visible = forms.BooleanField(label=_("客户可见"), required=False, initial=True)
