"""Who pays and how: words that models, events and rules share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayerKind(models.TextChoices):
    """Who pays a share of a line."""

    CUSTOMER = "customer", _("客户")
    INSURER = "insurer", _("保险公司")
    MAKER = "maker", _("厂家索赔")
    INTERNAL = "internal", _("内部")
    FLEET = "fleet", _("单位挂账")


class Method(models.TextChoices):
    """How money moves; a deposit, an internal transfer and a write-off move none."""

    CASH = "cash", _("现金")
    CARD = "card", _("刷卡")
    BANK = "bank", _("银行转账")
    DEPOSIT = "deposit", _("定金抵扣")
    INTERNAL = "internal", _("内部结转")
    WRITE_OFF = "write_off", _("坏账核销")


GRADES = {
    "oem": _("原厂件"),
    "branded": _("品牌件"),
    "aftermarket": _("副厂件"),
    "reman": _("再制造件"),
    "used": _("拆车件"),
}
