"""Forms of parts. They ask and read; commands decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pitlane.core.formfields import MoneyFormField
from pitlane.core.money import Money

from . import queries
from .costing import plain
from .models import Part, Warehouse

NOTHING = Money(0)
REASONS = ["盘盈", "盘亏", "破损", "过期", "录入错误", "借出归还"]  # zh-data


def _quantity(label: Any, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=12, decimal_places=3, **options)


class PartField(forms.CharField):
    """A part as people name it: code, barcode, or a name that means one part. Cleans to its card."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.update({"data-part-find": True, "spellcheck": "false"})
        self.width = 280

    def to_python(self, value: Any) -> Any:
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        found = queries.named_part(text)
        if found is None:
            raise ValidationError(_("没有找到这个配件，请输入编码或从列表里选"), code="part")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((data or "").strip())


class PartForm(forms.Form):
    """A part of the catalogue."""

    code = forms.CharField(label=_("编码"), max_length=40)
    name = forms.CharField(label=_("名称"), max_length=80)
    oem_no = forms.CharField(label=_("OE 号"), max_length=40, required=False)
    barcode = forms.CharField(label=_("条码"), max_length=40, required=False)
    brand = forms.CharField(label=_("品牌"), max_length=40, required=False)
    grade = forms.ChoiceField(label=_("品质"), choices=Part.Grade.choices, initial=Part.Grade.BRANDED)
    category = forms.CharField(
        label=_("类别"), max_length=30, required=False, widget=forms.TextInput({"list": "part-categories"})
    )
    unit = forms.CharField(label=_("单位"), max_length=8, initial="个")  # zh-data
    price = MoneyFormField(label=_("售价"), least=NOTHING)
    min_stock = _quantity(_("安全库存"), min_value=0, initial=0)
    fits = forms.CharField(
        label=_("适配车型"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("每行一个，写品牌和车系，如：大众 朗逸；不填表示通用"),
    )
    active = forms.BooleanField(label=_("在用"), required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean_fits(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["fits"].splitlines() if line.strip()]

    @staticmethod
    def initial_of(card: queries.PartCard) -> dict[str, Any]:
        """The form of a known part."""
        facts = {name: getattr(card, name) for name in PartForm.base_fields}
        return facts | {"fits": "\n".join(card.fits), "min_stock": plain(card.min_stock)}


class WarehouseChoice(forms.ChoiceField):
    """One of the warehouses the actor may use, by its public id; cleans to the row."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("仓库"), **options)
        self.rows: dict[str, Warehouse] = {}

    def allow(self, warehouses: list[Warehouse]) -> None:
        """Offer these."""
        self.rows = {row.ref: row for row in warehouses}
        self.choices = [(ref, f"{row.store.name} {row.name}") for ref, row in self.rows.items()]

    def clean(self, value: Any) -> Any:
        return self.rows[super().clean(value)]


class AdjustForm(forms.Form):
    """What was counted, and why it differs."""

    warehouse = WarehouseChoice()
    counted = _quantity(_("实存数量"), min_value=0)
    reason = forms.CharField(label=_("原因"), max_length=120, widget=forms.TextInput({"list": "adjust-reasons"}))

    def __init__(self, *args: Any, warehouses: list[Warehouse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].allow(warehouses)  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """The head of a delivery."""

    warehouse = WarehouseChoice()
    supplier = forms.CharField(label=_("供应商"), max_length=60, required=False)
    document = forms.CharField(label=_("送货单号"), max_length=40, required=False)

    def __init__(self, *args: Any, warehouses: list[Warehouse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["warehouse"].allow(warehouses)  # type: ignore[attr-defined]


class ReceiptLineForm(forms.Form):
    """One line of a delivery; a line without a part is no line."""

    part = PartField(label=_("配件"), required=False)
    quantity = _quantity(_("数量"), min_value=0, required=False)
    unit_cost = MoneyFormField(label=_("进价"), least=NOTHING, required=False)
    bin = forms.CharField(label=_("库位"), max_length=20, required=False)
    batch = forms.CharField(label=_("批次"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.cleaned_data
        if facts.get("part"):
            for name in ("quantity", "unit_cost"):
                if facts.get(name) is None and name not in self.errors:
                    self.add_error(name, _("必填"))
        elif "part" not in self.errors and facts.get("quantity"):
            self.add_error("part", _("请填写配件"))
        return facts


ReceiptLines = forms.formset_factory(ReceiptLineForm, extra=5, max_num=200)


class ReturnForm(forms.Form):
    """What comes back from the workshop."""

    quantity = _quantity(_("退料数量"), min_value=0)
    reason = forms.CharField(label=_("原因"), max_length=120, required=False)


class SubstituteForm(forms.Form):
    """Another part that does the same."""

    other = PartField(label=_("通用件"))
    supersedes = forms.BooleanField(label=_("完全取代本配件"), required=False)
