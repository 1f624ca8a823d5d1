# zh-data
"""The UI kit: how figures, times, plates and fields are written, and that nothing a user typed becomes markup."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template, context_processors, engines
from django.test import RequestFactory
from django.utils import timezone, translation

from pitlane.core.gallery import PAGES, gallery
from pitlane.core.money import Money
from pitlane.core.states import Label

NOW = timezone.make_aware(datetime(2026, 11, 23, 14, 20))
EVIL = "<script>alert('x')</script>"


def draw(source: str, **values: Any) -> str:
    """A snippet as a page would draw it, with a fixed clock."""
    return Template(source).render(Context({"now": NOW, **values}))


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("京A8K326", "blue", '<span class="pl-plate pl-plate--blue"><b>京A</b>8K326</span>'),
        ("京A·8k326", "", '<span class="pl-plate pl-plate--blue"><b>京A</b>8K326</span>'),
        ("京AD06218", "", '<span class="pl-plate pl-plate--green"><b>京A</b>D06218</span>'),
        ("京A06218D", "", '<span class="pl-plate pl-plate--dual"><b>京A</b>06218D</span>'),
        ("粤ZF023港", "", '<span class="pl-plate pl-plate--black"><b>粤Z</b>F023港</span>'),
        ("京A0326警", "", '<span class="pl-plate pl-plate--white"><b>京A</b>0326警</span>'),
        ("津A3326挂", "", '<span class="pl-plate pl-plate--yellow"><b>津A</b>3326挂</span>'),
        ("", "", '<span class="pl-plate pl-plate--none"><b>未上牌</b></span>'),
        ("京A8K326", "pink", '<span class="pl-plate pl-plate--blue"><b>京A</b>8K326</span>'),
    ],
)
def test_plates(text: str, kind: str, expected: str) -> None:
    assert draw("{% plate text kind %}", text=text, kind=kind) == expected


def test_a_plate_copies_without_its_dot() -> None:
    assert re.sub(r"<[^>]+>", "", draw("{% plate '京A·8K326' %}")) == "京A8K326"


def test_a_plate_may_come_from_a_vehicle_with_size() -> None:
    vehicle = SimpleNamespace(plate="京P12326", plate_kind="yellow")
    assert 'class="pl-plate pl-plate--yellow pl-plate--lg"' in draw("{% plate car size='lg' %}", car=vehicle)


def test_a_plate_may_come_from_a_dict_and_fall_back_to_the_vin() -> None:
    assert "<b>京P</b>12326" in draw("{% plate car %}", car={"plate": "京P12326", "plate_kind": "yellow"})
    assert "<b>未上牌</b>…7731" in draw("{% plate car %}", car={"plate": "", "vin_tail": "…7731"})


def test_search_hits_are_marked_inside_a_plate() -> None:
    html = draw("{% plate parts 'blue' %}", parts=[("京", False), ("A8K", True), ("326", False)])
    assert "<b>京<mark>A</mark></b><mark>8K</mark>326" in html


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Money(303560), '<span class="pl-money">3,035.60</span>'),
        (Money(-13440), '<span class="pl-money pl-money--neg">134.40</span>'),
        (Money(0), '<span class="pl-money">0.00</span>'),
        (Decimal("1200.5"), '<span class="pl-money">1,200.50</span>'),
        (None, "—"),
    ],
)
def test_money(value: Any, expected: str) -> None:
    assert draw("{% money value %}", value=value) == expected


def test_money_as_plain_figure_and_as_text() -> None:
    assert draw("{% money value plain=True %}", value=Money(-5)) == "−0.05"
    assert draw("{{ value|yuan }}", value=Money(-13440)) == "−¥134.40"
    assert draw("{{ value|yuan }}", value=None) == "—"


def test_money_on_dashboards_follows_the_language() -> None:
    assert "113.2</span> <small>万</small>" in draw("{% money value short=True %}", value=Money(113_200_000))
    with translation.override("en"):
        assert "1.1</span> <small>M</small>" in draw("{% money value short=True %}", value=Money(113_200_000))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOW, "今天 14:20"),
        (NOW - timedelta(days=1), "昨天 14:20"),
        (NOW + timedelta(days=1), "明天 14:20"),
        (NOW - timedelta(days=3), "11-20 周五 14:20"),
        (NOW - timedelta(days=400), "2025-10-19 14:20"),
        (None, "—"),
    ],
)
def test_moments(moment: datetime | None, expected: str) -> None:
    assert re.sub(r"<[^>]+>", "", draw("{% when moment %}", moment=moment)) == expected


def test_midnight_belongs_to_the_local_day() -> None:
    late = timezone.make_aware(datetime(2026, 11, 22, 23, 59))
    assert ">昨天 23:59<" in draw("{% when moment %}", moment=late)
    assert ">昨天<" in draw("{% day moment %}", moment=late)


def test_days_and_clock() -> None:
    assert ">11-26 周四<" in draw("{% day value %}", value=date(2026, 11, 26))
    assert ">14:20<" in draw("{% clock value %}", value=NOW)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% duration 25 %}", "25 分钟"),
        ("{% duration 120 %}", "2 小时"),
        ("{% duration 130 %}", "2 小时 10 分"),
        ("{% duration -25 %}", "−25 分钟"),
        ("{% hours 1.5 %}", "1.5 h"),
        ("{% hours 2 %}", "2.0 h"),
        ("{% hours 0.25 %}", "0.25 h"),
        ("{% km 62418 %}", "62,418 km"),
        ("{% km None %}", "—"),
        ("{% number 9999 %}", "9,999"),
        ("{% number 0 %}", "0"),
        ("{% dash '' %}", "—"),
        ("{% dash 0 %}", "0"),
    ],
)
def test_figures(source: str, expected: str) -> None:
    assert draw(source) == expected


def test_phones_are_grouped_only_when_full() -> None:
    assert ">138 0011 6217<" in draw("{% phone '13800116217' %}")
    assert ">138****6217<" in draw("{% phone '138****6217' %}")
    assert 'hx-post="/reveal"' in draw("{% phone '138****6217' reveal='/reveal' %}")


def test_a_state_shows_whose_move_it_is() -> None:
    assert draw("{% pill s %}", s=Label("move", "施工中")) == '<span class="pl-pill is-move">施工中</span>'
    assert 'class="pl-pill is-bad pl-pill--solid"' in draw("{% pill s %}", s=Label("bad", "将超时", solid=True))
    assert 'class="pl-pill is-cust pl-pill--open"' in draw("{% pill 'cust' '已报价' open=True %}")
    assert draw("{% pill None %}") == "—"


@pytest.mark.parametrize(
    ("source", "verdict", "word"),
    [
        ("{% delta 18.2 %}", "good", "上升"),
        ("{% delta -0.8 good='down' %}", "good", "下降"),
        ("{% delta 0.8 good='down' %}", "bad", "上升"),
        ("{% delta 0.04 %}", "flat", "持平"),
    ],
)
def test_changes_are_judged(source: str, verdict: str, word: str) -> None:
    html = draw(source)
    assert f"pl-delta--{verdict}" in html and f'aria-label="{word}"' in html


@pytest.mark.parametrize(
    "source",
    [
        "{% plate evil %}",
        "{% pill 'move' evil %}",
        "{% flag 'bad' evil %}",
        "{% tag evil %}",
        "{% parts evil %}",
        "{% parts hits %}",
        "{% phone evil reveal=evil %}",
        "{% avatar evil %}",
        "{% dash evil %}",
        "{% icon evil label=evil %}",
        "{% key evil %}",
        "{% field form.evil %}",
        "{% form_errors form %}",
        '{% include "ui/_empty.html" with title=evil text=evil %}',
        '{% include "ui/_note.html" with title=evil text=evil %}',
        '{% include "ui/_kv.html" with rows=rows %}',
        '{% include "ui/_timeline.html" with items=items %}',
        '{% include "core/_search_panel.html" with query=evil groups=groups %}',
    ],
)
def test_what_users_typed_never_becomes_markup(source: str) -> None:
    class Evil(forms.Form):
        evil = forms.CharField(label=EVIL, help_text=EVIL)

    form = Evil({"evil": ""}, initial={"evil": EVIL})
    form.add_error(None, EVIL)
    html = draw(
        source,
        evil=EVIL,
        hits=[(EVIL, True)],
        form=form,
        rows=[("a", EVIL)],
        items=[{"title": EVIL, "text": EVIL, "detail": EVIL}],
        groups=[{"label": EVIL, "count": 1, "rows": [{"url": "/", "plate": [(EVIL, True)], "name": EVIL}]}],
    )
    assert "<script" not in html.lower()


class Intake(forms.Form):
    """A form with the kinds of field a counter needs."""

    plate = forms.CharField(label="车牌号", widget=forms.TextInput(attrs={"data-plate": True}))
    odometer = forms.IntegerField(label="进厂里程", help_text="不能小于上次", widget=forms.TextInput)
    phone = forms.CharField(label="手机号", required=False)
    price = forms.DecimalField(label="定金", required=False, widget=forms.TextInput(attrs={"data-money": True}))
    advisor = forms.ChoiceField(label="顾问", choices=[(str(n), f"顾问 {n}") for n in range(9)])
    kind = forms.ChoiceField(label="类型", widget=forms.RadioSelect, choices=[("a", "保养"), ("b", "维修")])
    tell = forms.BooleanField(label="告知客户", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_ties_label_help_and_input_together() -> None:
    html = draw("{% field form.odometer %}", form=Intake())
    assert '<label for="id_odometer" data-req="必填">进厂里程</label>' in html
    assert 'aria-describedby="id_odometer-help"' in html and 'id="id_odometer-help">不能小于上次<' in html
    assert 'inputmode="numeric"' in html and 'autocomplete="off"' in html and 'class="pl-input"' in html


def test_an_error_replaces_the_help() -> None:
    html = draw("{% field form.odometer %}", form=Intake({"odometer": "x"}))
    assert 'aria-invalid="true"' in html and 'aria-describedby="id_odometer-error"' in html
    assert 'id="id_odometer-error"' in html and "不能小于上次" not in html


def test_fields_know_their_keyboard_and_helpers() -> None:
    html = draw("{% fields form %}", form=Intake())
    assert re.search(r'name="phone"[^>]*inputmode="tel"', html)
    assert re.search(r'name="price"[^>]*inputmode="decimal"', html)
    assert re.search(r'name="plate"[^>]*data-short="少 {n} 位：小型汽车应为 7 位"', html)
    assert re.search(r'<select name="advisor"[^>]*data-combo', html)
    assert '<fieldset class="pl-field" id="id_kind"><legend class="pl-label" data-req="必填">类型</legend>' in html
    assert html.count('type="radio"') == 2 and html.count('type="hidden"') == 1
    assert "data-req" not in draw("{% field form.phone %}", form=Intake())


def test_many_errors_are_listed_as_links() -> None:
    few, many = Intake({"plate": "京A8K326", "odometer": "1", "advisor": "1"}), Intake({})
    assert draw("{% form_errors form %}", form=few) == ""
    html = draw("{% form_errors form %}", form=many)
    assert "有 4 处需要修改" in html and 'href="#id_plate"' in html and 'role="alert"' in html


def test_theme_and_density_come_from_the_person_then_the_cookie() -> None:
    request = RequestFactory().get("/")
    request.COOKIES = {"pl_theme": "dark", "pl_density": "compact"}
    assert draw("{% theme_attrs %}", request=request) == 'data-bs-theme="dark" data-density="compact"'
    assert 'data-bs-theme="light"' in draw("{% theme_attrs %}", request=request, theme="light")
    assert draw("{% theme_attrs %}") == 'data-bs-theme="light" data-density="comfortable" data-theme-auto'
    request.COOKIES = {"pl_density": '"><script>'}
    assert 'data-density="comfortable"' in draw("{% theme_attrs %}", request=request)


def test_a_blocked_step_stays_visible_with_its_reason() -> None:
    action = {"label": "转质检", "allowed": False, "why": "余 3 项", "url": "/go"}
    html = draw('{% include "ui/_action.html" %}', action=action)
    assert 'aria-disabled="true"' in html and "转质检 · 余 3 项" in html and "/go" not in html


@pytest.fixture
def bare_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without the shell's database reads."""
    monkeypatch.setattr(engines["django"].engine, "template_context_processors", (context_processors.request,))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["", "&errors"])
def test_every_page_of_the_gallery_draws(bare_context: None, page: str, query: str) -> None:
    html = gallery(RequestFactory().get(f"/gallery/?page={page}{query}")).content.decode()
    assert "pl-" in html and "{%" not in html and "{{" not in html


@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_the_content_security_policy(bare_context: None, page: str) -> None:
    html = gallery(RequestFactory().get(f"/gallery/?page={page}")).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html) and "<style" not in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "refused"])
def test_error_pages_show_the_trace(bare_context: None, name: str) -> None:
    request = RequestFactory().get("/")
    request.trace = "7f3a-1420"
    html = engines["django"].get_template(f"{name}.html").render({"error": {"message": "不行"}}, request)
    assert "7f3a-1420" in html and 'href="/"' in html


def test_icons_point_into_the_sprite() -> None:
    sprite = f"{settings.STATIC_URL}vendor/icons.svg"
    assert draw("{% icon 'users' size='sm' %}") == (
        f'<svg class="pl-i pl-i--sm" aria-hidden="true"><use href="{sprite}#i-users"/></svg>'
    )
    assert 'role="img" aria-label="客户"' in draw("{% icon 'users' label='客户' %}")
