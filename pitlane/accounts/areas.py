"""The areas of work, named as people of a shop name them: groups of permissions, filter of the audit trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

AREAS: dict[str, Text] = {
    "customers": _("客户"),
    "appointments": _("预约"),
    "reception": _("接车"),
    "workshop": _("车间"),
    "billing": _("结算"),
    "parts": _("配件"),
    "catalog": _("项目"),
    "scheduling": _("排班"),
    "messaging": _("消息"),
    "accounts": _("组织"),
    "core": _("系统"),
}


def area_name(domain: str) -> Text:
    """The area that a permission or an event belongs to, by its first word."""
    return AREAS.get(domain, domain)
