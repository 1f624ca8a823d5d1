"""The skills of the trade: what a labour operation asks for and a technician has, with a level from 1 to 3."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

SKILLS: dict[str, Text] = {
    "mechanical": _("机修"),
    "electrical": _("电工"),
    "diagnosis": _("诊断"),
    "hv": _("高压电"),
    "body": _("钣金"),
    "paint": _("喷漆"),
    "tyre": _("轮胎"),
    "wash": _("洗美"),
}
LEVELS: dict[int, Text] = {1: _("初级"), 2: _("中级"), 3: _("高级")}


def skill_name(code: str) -> Text:
    """The skill in the shop's words."""
    return SKILLS.get(code, code)
