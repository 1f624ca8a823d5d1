"""The codes of vehicle classes, fuels and skills in the shop's words, for forms and lists of the catalogue."""

from django.utils.translation import gettext_lazy as _

CLASSES = [
    ("economy", _("经济型")),
    ("standard", _("标准型")),
    ("premium", _("高档型")),
    ("luxury", _("豪华型")),
    ("nev", _("新能源")),
    ("commercial", _("商用车")),
]
FUELS = [("petrol", _("汽油")), ("diesel", _("柴油")), ("hybrid", _("混动")), ("ev", _("纯电"))]
SKILLS = [
    ("mechanical", _("机修")),
    ("electrical", _("电工")),
    ("body", _("钣金")),
    ("paint", _("喷漆")),
    ("hv", _("高压电")),
    ("diagnosis", _("诊断")),
    ("tyre", _("轮胎")),
    ("wash", _("洗美")),
]
