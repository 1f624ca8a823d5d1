# zh-data
"""The gallery: every part of the UI kit with invented data, so that page authors see what they can use (debug only)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .http import public
from .money import Money
from .states import Label

PAGES = ("parts", "home", "list", "detail", "customer", "form", "portal", "terminal", "login", "print", "drawer")
AT = datetime(2026, 11, 23, 14, 20)
NAMES = ["工作台", "客户", "预约", "接车", "工单", "车间", "配件", "结算", "客服", "关怀", "会员", "救援", "报表", "审批"]
ICONS = [
    "layout-dashboard", "users", "calendar-event", "clipboard-check", "file-invoice", "layout-board-split", "package",
    "cash-register", "headset", "heart-handshake", "id-badge-2", "ambulance", "chart-bar", "rubber-stamp",
]  # fmt: skip
STATES = [
    ("idle", "草稿", True), ("cust", "已报价", True), ("cust", "待客户确认", False), ("move", "已同意", True),
    ("move", "施工中", False), ("hold", "待件", False), ("bad", "返工", False), ("done", "已结算", False), ("idle", "已关闭", False),
]  # fmt: skip
PLATES = [
    ("京A8K326", "blue", "xl"), ("京AD06218", "green", "lg"), ("京P12326", "yellow", ""), ("京AF3390D", "dual", ""),
    ("粤ZF023港", "black", ""), ("京A0326警", "white", ""), ("LSVAA…7731", "none", ""), ("沪C8K326", "", "sm"), ("津A3326挂", "", "sm"),
]  # fmt: skip
ORDERS = [
    ("W1123-047", "京AP6621", "周明", "奥迪 A4L", "前机脚胶更换", Label("cust", "待客户确认"), "17:00", 348000, "soon"),
    ("W1123-042", "京A8K326", "王建国", "帕萨特 380TSI", "大保养 + 前制动", Label("move", "施工中"), "16:30", 303560, "late"),
    ("W1123-041", "京AD06218", "李思敏", "比亚迪 汉 EV", "三电保养、空调滤芯", Label("move", "质检"), "15:00", 86000, ""),
    ("W1123-036", "京P12326", "顺达物流（北京）有限公司", "依维柯 欧胜", "后桥油封", Label("hold", "待件"), "11-24", 412000, ""),
    ("W1123-032", "京KB4471", "北京中关村科技园区物业管理服务有限公司", "奔驰 C260L", "右后门喷漆", Label("bad", "返工"), "17:30", 235000, "late"),
    ("W1123-027", "京BL7719", "邵长青", "福特 锐界", "前悬架下臂", Label("done", "已交车"), "12:00", 0, ""),
]


class SampleForm(forms.Form):
    """One field of each kind, some of them wrong."""

    plate = forms.CharField(label="车牌号", widget=forms.TextInput(attrs={"data-plate": True, "data-province": "京"}))
    vin = forms.CharField(label="VIN", widget=forms.TextInput(attrs={"data-vin": True}), required=False)
    odometer = forms.IntegerField(label="进厂里程", help_text="不能小于上次", widget=forms.TextInput(attrs={"placeholder": "上次 58,902"}))
    name = forms.CharField(label="客户姓名", max_length=30, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(label="手机号", max_length=20)
    deposit = forms.DecimalField(label="定金", required=False, widget=forms.TextInput(attrs={"data-money": True}))
    promised = forms.DateTimeField(label="承诺交车", required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    advisor = forms.ChoiceField(label="顾问", choices=[("", "请选择"), *[(str(i), name) for i, name in enumerate(NAMES)]])
    kind = forms.ChoiceField(label="类型", widget=forms.RadioSelect, choices=[("a", "保养"), ("b", "维修"), ("c", "事故")])
    concern = forms.CharField(label="客户主诉", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    notify = forms.BooleanField(label="同时发微信告知客户", required=False, initial=True)


def sample_nav() -> list[dict[str, Any]]:
    counts = {2: 3, 5: 2, 8: 5}
    keys = {1: "g c", 2: "g a", 4: "g o", 5: "g w", 6: "g p"}
    return [
        {"key": str(i), "label": name, "icon": ICONS[i], "url": "#", "count": counts.get(i, 0), "current": i == 4, "shortcut": keys.get(i, "")}
        for i, name in enumerate(NAMES)
    ]


def sample_orders() -> list[dict[str, Any]]:
    names = ("number", "plate", "customer", "model", "title", "state", "due", "fen", "risk")
    return [{**dict(zip(names, row, strict=True)), "amount": Money(row[7])} for row in ORDERS]


def sample_steps() -> list[dict[str, Any]]:
    done = [("接车", "10:42"), ("报价", "10:58 · 16 分"), ("客户确认", "11:06 · 手机"), ("派工", "11:10 · 郑国栋")]
    later = [("质检", "预计 16:20"), ("结算", ""), ("交车", "16:30 承诺")]
    now = {"label": "施工", "sub": "11:24 起 · 58%", "state": "now", "percent": 58}
    return [{"label": a, "sub": b, "state": "done"} for a, b in done] + [now] + [{"label": a, "sub": b, "state": "todo"} for a, b in later]


def sample_days(at: datetime) -> list[dict[str, Any]]:
    order = {
        "icon": "file-invoice", "family": "move", "title": "大保养 + 前制动", "state": Label("move", "施工中"), "at": at, "url": "#",
        "number": "W1123-042", "detail": "5 项 · 张伟 · 3 号位", "amount": Money(303560), "progress": 58,
    }  # fmt: skip
    call = {"icon": "phone-outgoing", "title": "保养提醒电话", "text": "林晓燕 · 2 分 14 秒", "at": at, "detail": "客户说最近刹车有轻微异响，周一上午送来。"}
    angry = {"icon": "mood-sad", "family": "bad", "title": "客诉：交车比承诺晚 1 小时 40 分", "state": Label("done", "已解决"), "at": at}
    return [{"label": "今天 · 11-23 周一", "items": [order]}, {"label": "11-21 周六", "items": [call, angry]}]


def sample_search() -> list[dict[str, Any]]:
    cars = [
        {"url": "#a", "plate": [("京A8K", False), ("326", True)], "plate_kind": "blue", "name": "王建国", "detail": "138****6217 · 大众 帕萨特", "pill": Label("move", "施工中"), "checkin_url": "#c"},
        {"url": "#b", "plate": [("京AD", False), ("326", True), ("18", False)], "plate_kind": "green", "name": "李思敏", "detail": "186****0932 · 比亚迪 汉 EV", "pill": Label("cust", "今天 15:30 有预约"), "book_url": "#d"},
    ]  # fmt: skip
    orders = [{"url": "#e", "number": [("W0814-", False), ("326", True)], "name": "赵丽华", "detail": "丰田 RAV4 · 更换前制动片", "amount": Money(128600)}]
    return [{"label": "车辆", "count": 2, "rows": cars}, {"label": "工单", "count": 1, "rows": orders}]


def sample_actions() -> list[dict[str, Any]]:
    return [
        {"label": "发送报价", "url": "#", "method": "post", "icon": "send"},
        {"label": "转质检", "allowed": False, "why": "余 3 项"},
        {"label": "改交车时间", "url": "?page=drawer", "method": "get", "icon": "clock-edit", "key": "F9", "primary": True, "drawer": True},
    ]


def sample_lists() -> dict[str, Any]:
    """What lists need besides their rows."""
    views = [("全部", 126, ""), ("在厂", 17, ""), ("我负责的", 11, ""), ("将超时", 2, "bad"), ("待件", 2, "hold"), ("待客户确认", 2, "cust")]
    return {
        "views": [{"label": a, "url": "#", "count": n, "family": f, "current": not i} for i, (a, n, f) in enumerate(views)],
        "chips": [{"label": "状态", "value": "不含作废", "remove_url": "#"}, {"label": "开单", "value": "最近 7 天", "remove_url": "#"}],
        "selects": [{"name": "advisor", "label": "顾问", "options": [("", "全部"), ("1", "林晓燕")], "value": ""}],
        "bulk": [{"label": "改顾问", "icon": "user-share", "url": "#"}, {"label": "打印", "icon": "printer", "url": "#"}],
        "tabs": [{"key": "lines", "label": "项目与配件", "count": "5 项", "current": True}, {"key": "photos", "label": "检查与照片", "count": 14}, {"key": "log", "label": "记录"}],
    }  # fmt: skip


def sample_figures() -> dict[str, Any]:
    """Money, totals and dashboard figures."""
    return {
        "sum_rows": [{"label": "大保养", "amount": Money(65000)}, {"label": "前制动片", "amount": Money(76000)}, {"label": "优惠券 满 1000 减 100", "amount": Money(-10000)}],
        "sum_total": {"label": "应付", "amount": Money(226360)},
        "big": Money(303560), "minus": Money(-13440), "output": Money(113200000),
        "kv": [("电话", "138****6217 · 喜欢微信"), ("账户", "储值 1,500.00 · 积分 4,820"), {"label": "发票抬头", "value": "缺税号", "family": "hold", "icon": "alert-circle"}, ("地址", "")],
        "marks": [{"n": 1, "x": 24, "y": 108, "label": "前保险杠左下 划痕 8 cm", "url": "#"}, {"n": 2, "x": 206, "y": 38, "family": "bad", "label": "右后门 凹陷 3 cm", "url": "#"}],
        "portal_steps": [{"label": "接车环检", "sub": "10:42 林晓燕 · 3 处旧伤已记录", "state": "done"}, {"label": "施工中", "percent": 58, "sub": "张伟（高级技师）", "state": "now"}, {"label": "质检"}, {"label": "取车"}],
        "nba": {"title": "趁在店谈续保", "text": "保险 12-05 到期；在店时成交率是电话的 2.6 倍", "actions": [{"label": "发报价", "url": "#", "primary": True}, {"label": "不适用", "url": "#"}]},
        "menu": [{"label": "复制工单", "icon": "copy", "url": "#"}, {"label": "反结算", "icon": "arrows-exchange", "disabled": True, "why": "还没有结算"}],
        "reasons": [("parts", "配件晚到"), ("wrong", "开错单")],
    }  # fmt: skip


def sample_context(request: HttpRequest) -> dict[str, Any]:
    at = timezone.make_aware(AT)
    form = SampleForm({"plate": "京A8K32", "vin": "LSVAA49J0K2017731", "odometer": "abc", "kind": "b"} if "errors" in request.GET else None)
    people = {"actor": {"name": "林晓燕"}, "role_name": "服务顾问", "store": {"pk": 1, "name": "望京店"}, "stores": [{"pk": 1, "name": "望京店"}, {"pk": 2, "name": "通州店"}]}
    times = {"at": at, "yesterday": at - timedelta(days=1), "earlier": at - timedelta(days=40), "last_year": at - timedelta(days=400)}
    return {
        **people, **times, **sample_lists(), **sample_figures(),
        "pages": PAGES, "now": at, "unread": 3, "nav": sample_nav(), "sample": form,
        "labels": [Label(family, text, open=ring) for family, text, ring in STATES], "urgent": Label("bad", "将超时", solid=True),
        "plates": PLATES, "orders": sample_orders(), "steps": sample_steps(), "days": sample_days(at), "groups": sample_search(), "query": "326",
        "actions": sample_actions(), "evil": "<script>alert(1)</script>", "words": TEXT,
    }  # fmt: skip


TEXT = {
    "heading": "组件与状态", "order": "大保养 + 制动异响", "model": "大众 帕萨特 380TSI 2019", "person": "王建国", "type": "维修", "auto": "高价值", "club": "车友会",
    "late": "预测晚 25 分", "short": "缺 1 件", "done": "完成", "subline": "W1123-042 · 大众 帕萨特 380TSI 2019 · 62,418 km · 10:42 接车 林晓燕",
    "due": "承诺交车，还剩 2:10", "due2": "预测 16:55，晚 25 分钟", "save": "保存", "second": "次要", "inline": "行内动作", "cancel": "取消", "off": "不可用",
    "wait": "变速箱油等待客户确认", "wait2": "13:20 已发微信，已读未回 58 分钟", "empty": "没有低库存配件", "empty2": "库存都在安全线以上", "void": "作废工单",
    "hero": "正在施工，等您确认 1 项", "hero2": "预计 16:55 可取车，比约定晚 25 分钟", "shop": "车坊汽修 · 望京店", "find": "更换变速箱油", "say": "油色发黑有焦味。您的车已行驶 62,418 km，厂家建议 60,000 km 更换。",
    "yes": "同意更换", "no": "这次不做", "pay": "质检通过后付款", "step": "测量旧片厚度", "left": "左", "right": "右", "limit": "限值 3.0 mm，两侧都低于限值，需更换",
    "finish": "完成第 3 步", "pause": "暂停", "hand": "交给别人", "photo": "拍照", "parts": "领料 / 要配件", "issue": "发现新问题", "boss": "叫车间主管", "login": "登录", "cars": "在店车辆", "checkin": "接车登记", "now": "需要马上处理",
}  # fmt: skip


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """One sample page; ``?page=`` chooses which."""
    page = request.GET.get("page", "parts")
    if page not in PAGES:
        raise Http404
    return render(request, "core/gallery.html" if page == "parts" else f"core/gallery_{page}.html", sample_context(request))
