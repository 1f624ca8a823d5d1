"""The three steps of a check-in as the stepper draws them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def steps(now: int) -> list[dict[str, Any]]:
    """Which of the three steps is done, which is due."""
    names = [
        (_("车牌与车主"), _("找到或新建")),
        (_("来意与约定"), _("里程、时间、建议")),
        (_("环检与签字"), _("外观、物品、照片")),
    ]
    state = {True: "done", False: "todo"}
    return [
        {"label": label, "sub": sub, "state": "now" if n == now else state[n < now], "percent": 50}
        for n, (label, sub) in enumerate(names, start=1)
    ]
