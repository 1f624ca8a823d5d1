"""What the codes of the car diagram are called: zones and kinds of damage."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

ZONES: dict[str, Text] = {
    "front_bumper": _("前保险杠"),
    "front_bumper_left": _("前保险杠左"),
    "front_bumper_right": _("前保险杠右"),
    "hood": _("机盖"),
    "fender_left": _("左前叶子板"),
    "fender_right": _("右前叶子板"),
    "windscreen": _("前风挡"),
    "front_door_left": _("左前门"),
    "front_door_right": _("右前门"),
    "roof": _("车顶"),
    "rear_door_left": _("左后门"),
    "rear_door_right": _("右后门"),
    "rear_window": _("后风挡"),
    "quarter_left": _("左后翼子板"),
    "quarter_right": _("右后翼子板"),
    "boot": _("后备箱盖"),
    "rear_bumper": _("后保险杠"),
    "rear_bumper_left": _("后保险杠左"),
    "rear_bumper_right": _("后保险杠右"),
    "wheel_fl": _("左前轮"),
    "wheel_fr": _("右前轮"),
    "wheel_rl": _("左后轮"),
    "wheel_rr": _("右后轮"),
    "interior": _("内饰"),
}
KINDS: dict[str, Text] = {
    "scratch": _("划痕"),
    "dent": _("凹陷"),
    "paint": _("掉漆"),
    "crack": _("裂纹"),
    "missing": _("缺失"),
    "repaired": _("旧补漆色差"),
    "other": _("其他"),
}
SERIOUS = frozenset({"dent", "crack", "missing"})
