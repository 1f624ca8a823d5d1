"""From what a person may do to the buttons of the order's page: one primary, the others beside it or in the menu."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

from ..queries import May, OrderScreen
from .frame import link


@dataclass(frozen=True, slots=True)
class Action:
    """A button as the kit draws it."""

    label: Text
    url: str
    icon: str
    method: str = "post"
    key: str = ""
    primary: bool = False
    allowed: bool = True
    why: str = ""
    drawer: bool = False
    name: str = ""
    value: str = ""

    @property
    def disabled(self) -> bool:
        return not self.allowed


@dataclass(frozen=True, slots=True)
class Kind:
    """How a step is called, drawn and reached."""

    label: Text
    icon: str
    method: str
    url_name: str = ""
    drawer: bool = False


KINDS: dict[str, Kind] = {
    "quote": Kind(_("发送报价"), "send", "get", "reception:quote"),
    "decide": Kind(_("录入客户答复"), "message-check", "get", "workshop:decide", True),
    "dispatch": Kind(_("派工"), "user-share", "get", "workshop:dispatch", True),
    "issue": Kind(_("领料"), "package-export", "post"),
    "finish": Kind(_("转质检"), "shield-check", "post"),
    "inspect": Kind(_("总检"), "shield-check", "get", "workshop:inspect"),
    "settle": Kind(_("结算"), "receipt", "get", "workshop:settle"),
    "pay": Kind(_("收款"), "cash-register", "get", "workshop:pay"),
    "deliver": Kind(_("交车"), "key", "post"),
    "close": Kind(_("关闭工单"), "check", "post"),
    "resume": Kind(_("恢复施工"), "player-play", "post"),
    "hold": Kind(_("暂停"), "player-pause", "get", "workshop:hold", True),
    "add": Kind(_("加项目"), "plus", "get"),
    "reopen": Kind(_("反结算"), "arrow-back-up", "get", "workshop:reopen", True),
    "cancel": Kind(_("作废工单"), "trash", "get", "workshop:cancel", True),
    "header": Kind(_("修改工单信息"), "edit", "get", "workshop:edit", True),
    "deposit": Kind(_("收定金"), "wallet", "get", "workshop:take_deposit", True),
    "discount": Kind(_("整单优惠"), "discount", "get", "workshop:discount", True),
}
BESIDE = {
    "quote": ("decide",),
    "decide": ("quote",),
    "dispatch": ("issue",),
    "finish": ("issue", "dispatch"),
    "inspect": ("issue",),
    "settle": ("issue",),
    "pay": ("deliver",),
    "deliver": (),
}
MENU = ("header", "discount", "deposit", "hold", "reopen", "cancel")


def action(screen: OrderScreen, key: str, *, primary: bool = False) -> Action:
    """One step as a button."""
    kind = KINDS[key]
    may = screen.may.get("edit" if key == "discount" else key, May(True))
    if kind.url_name:
        url = link(kind.url_name, screen.card.ref)
    elif key == "add":
        url = "#add"
    else:
        url = reverse("workshop:step", args=[screen.card.ref, key])
    return Action(
        label=kind.label,
        url=url,
        icon=kind.icon,
        method=kind.method,
        key="F9" if primary else "",
        primary=primary,
        allowed=may.allowed and bool(url),
        why=may.why,
        drawer=kind.drawer,
    )


def primary(screen: OrderScreen) -> Action | None:
    """The one next step."""
    return action(screen, screen.next, primary=True) if screen.next else None


def beside(screen: OrderScreen) -> list[Action]:
    """The steps that are often wanted together with the next one; what is impossible now is left out."""
    shown = [action(screen, key) for key in BESIDE.get(screen.next, ())]
    if screen.next not in ("quote", "decide") and screen.may["quote"].allowed:
        shown.insert(0, action(screen, "quote"))
    return [one for one in shown if one.allowed][:2]


def menu(screen: OrderScreen) -> list[Action]:
    """What is done rarely."""
    return [one for one in (action(screen, key) for key in MENU) if one.why != str(_("没有权限"))]
