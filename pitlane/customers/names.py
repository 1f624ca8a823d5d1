"""The words of this domain: fields, sources, purposes and channels as the shop calls them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

FIELDS: dict[str, Text] = {
    "kind": _("类型"),
    "name": _("姓名"),
    "gender": _("性别"),
    "wechat": _("微信"),
    "email": _("邮箱"),
    "address": _("地址"),
    "id_number": _("身份证号"),
    "tax_id": _("税号"),
    "invoice_title": _("发票抬头"),
    "contact_name": _("联系人"),
    "source": _("来源"),
    "advisor_id": _("负责顾问"),
    "home_store_id": _("所属门店"),
    "birthday": _("生日"),
    "birthday_lunar": _("按农历过"),
    "tags": _("标签"),
    "preferences": _("偏好"),
    "note": _("备注"),
    "dates": _("重要日子"),
    "phones": _("电话"),
    "plate": _("车牌"),
    "plate_kind": _("号牌种类"),
    "vin": _("车架号"),
    "make": _("品牌"),
    "series": _("车系"),
    "model": _("车型"),
    "model_year": _("年款"),
    "vehicle_class": _("车辆档次"),
    "fuel": _("能源"),
    "engine_no": _("发动机号"),
    "colour": _("颜色"),
    "purchased_on": _("购车日期"),
    "insurance_until": _("保险到期日"),
    "insurer": _("保险公司"),
    "inspection_until": _("年检到期日"),
    "warranty_until": _("质保到期日"),
    "warranty_km": _("质保里程"),
}
SOURCES: dict[str, Text] = {
    "walk_in": _("自然到店"),
    "referral": _("转介绍"),
    "phone": _("来电"),
    "online": _("网络平台"),
    "wechat": _("微信"),
    "insurer": _("保险推修"),
    "dealer": _("新车销售"),
    "campaign": _("市场活动"),
    "import": _("旧系统导入"),
    "other": _("其他"),
}
PURPOSES: dict[str, Text] = {
    "service": _("服务通知"),
    "marketing": _("营销"),
    "photo": _("照片展示"),
    "sharing": _("与厂家共享"),
}
REVEALS: dict[str, Text] = {
    "phone": _("电话"),
    "wechat": _("微信"),
    "email": _("邮箱"),
    "address": _("地址"),
    "id_number": _("身份证号"),
}
GENDERS: dict[str, Text] = {"m": _("先生"), "f": _("女士")}
CONTACT_WAYS: dict[str, Text] = {
    "phone": _("电话"),
    "wechat": _("微信"),
    "sms": _("短信"),
    "none": _("不要主动联系"),
}
OUTCOMES: dict[str, Text] = {
    "reached": _("已沟通"),
    "agreed": _("客户同意"),
    "declined": _("客户拒绝"),
    "later": _("改天再联系"),
    "no_answer": _("未接通"),
    "wrong_number": _("号码错误"),
}
CHANNEL_ICONS = {
    "call_in": "phone-incoming",
    "call_out": "phone-outgoing",
    "visit": "building-store",
    "sms": "device-mobile-message",
    "wechat": "brand-wechat",
    "note": "pencil-plus",
}


def field_names(fields: Iterable[str]) -> str:
    """Fields in words, for the audit and for people who meet somebody else's change."""
    return gettext("、").join(str(FIELDS.get(name, name)) for name in fields)


def consent_name(purpose: str) -> Text:
    return PURPOSES.get(purpose, purpose)


def reveal_name(what: str) -> Text:
    return REVEALS.get(what, what)


def source_name(source: str) -> Text:
    return SOURCES.get(source, source)
