"""Names of what messaging talks about: starting templates, variables with a sample, reasons why nothing was sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core.errors import Text

CHANNELS: dict[str, Text] = {"sms": _("短信"), "wechat": _("微信"), "email": _("邮件")}
TEMPLATES: dict[str, Text] = {
    "appointment_confirmed": _("预约确认"),
    "appointment_reminder_day": _("预约提醒（提前一天）"),
    "appointment_reminder_hours": _("预约提醒（提前两小时）"),
    "appointment_moved": _("预约改期"),
    "appointment_cancelled": _("预约取消"),
    "waiting_list_offer": _("候补有空位"),
    "car_ready": _("可以取车"),
    "quote_waiting": _("报价待确认"),
    "bill_ready": _("结算单"),
    "phone_code": _("手机验证码"),
}
VARIABLES: dict[str, tuple[Text, Text]] = {
    "customer": (_("客户称呼"), _("王建国")),
    "plate": (_("车牌"), "京A8K326"),  # zh-data
    "time": (_("时间"), _("周四 09:30")),
    "old_time": (_("原来的时间"), _("周三 14:00")),
    "until": (_("保留到"), "18:00"),
    "service": (_("服务项目"), _("小保养")),
    "shop": (_("门店名称"), _("望京店")),
    "shop_phone": (_("门店电话"), "010-84720011"),
    "link": (_("专用链接"), "https://che.example/p/Xk3"),
    "count": (pgettext_lazy("variable", "项目数"), "3"),
    "amount": (_("金额"), "¥1,280.00"),
    "code": (_("验证码"), "482915"),
    "minutes": (_("分钟数"), "5"),
}
REASONS: dict[str, Text] = {
    "opted_out": _("客户不接收这类消息"),
    "no_consent": _("客户没有同意接收营销消息"),
    "template_off": _("模板已停用"),
    "too_many": _("超过每位客户的发送上限"),
    "no_channel": _("没有设置发送渠道"),
    "no_address": _("客户没有可用的联系方式"),
    "no_words": _("模板还没有发布内容"),
    "expired": _("过了有效时间"),
    "rejected": _("服务商拒收"),
    "bounced": _("回执说没有送达"),
    "provider_down": _("服务商长时间发不出"),
    "erased": _("客户的个人信息已删除"),
    "quiet_hours": _("免打扰时间"),
    "resend": _("重新发送"),
    "sent": _("确认已发出"),
}


def template_name(code: str, name: str) -> Text:
    """A starting template is called in the reader's language, the shop's own as the shop called it."""
    known = TEMPLATES.get(code)
    return known if known is not None and name == code else name


def variable_label(name: str) -> Text:
    """How a variable is explained beside the editor."""
    return VARIABLES[name][0] if name in VARIABLES else name


def sample_values(names: list[str]) -> dict[str, str]:
    """What the preview puts in for the variables; a variable of the shop's own stands for itself."""
    return {name: str(VARIABLES[name][1]) if name in VARIABLES else f"[{name}]" for name in names}


def reason_text(code: str) -> Text:
    """Why a message was not sent, in words."""
    return REASONS.get(code, code)
