"""Equipment of bays: what a job may need besides a place."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

EQUIPMENT: dict[str, Text] = {
    "two_post": _("双柱举升机"),
    "four_post": _("四柱举升机"),
    "scissor": _("剪式举升机"),
    "heavy": _("3.5 吨以上"),
    "aligner": _("四轮定位仪"),
    "tyre_changer": _("拆胎机"),
    "balancer": _("动平衡机"),
    "refrigerant": _("冷媒回收机"),
    "diagnostic": _("诊断仪"),
    "exhaust": _("尾气抽排"),
    "hv_tools": _("高压绝缘工具"),
    "charger": _("充电桩"),
    "frame": _("大梁校正仪"),
    "welder": _("气保焊机"),
    "booth": _("烤漆房"),
    "vacuum": _("吸尘设备"),
}


def name_of(tag: str) -> Text:
    """The piece of equipment in the shop's words."""
    return EQUIPMENT.get(tag, tag)
