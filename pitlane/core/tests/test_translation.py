"""The catalogues keep what people wrote, drop what vanished and name what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pitlane.core import catalogues, translation
from pitlane.core.extraction import texts_of

PAGE = """{% load i18n %}<h1 title="{% trans "标题" %}">it's {% blocktrans trimmed %}
   你好 {{ name }}
   再见{% endblocktrans %}</h1>
{% blocktrans count n=total %}{{ n }} 张单{% plural %}{{ n }} 张单{% endblocktrans %}
{% include "x.html" with title=_("空的") %}{% translate "订单" context "noun" %}"""
CODE = """from django.utils.translation import gettext_lazy as _, gettext_noop as _n
A = _("甲 %(n)s") % {"n": 1}
B = _n("长的" "文字")
"""


@pytest.fixture
def domain(tmp_path: Path) -> Path:
    folder = tmp_path / "pitlane" / "yard"
    (folder / "templates" / "yard").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "templates" / "yard" / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "rules.py").write_text(CODE, encoding="utf-8")
    (folder / "tests" / "test_rules.py").write_text('_("测试")', encoding="utf-8")
    return folder


def update(domain: Path) -> None:
    translation.update(domain, convert=lambda text: text.replace("单", "單"), memory={})


def english(domain: Path) -> dict[str, list[str]]:
    catalog = translation.load(translation.catalogue_path(domain, "en"), "en")
    return {translation.singular_of(m): translation.strings_of(m) for m in translation.entries_of(catalog)}


def test_finds_texts_in_code_and_pages(domain: Path) -> None:
    found = {(text.context, text.singular, text.plural) for text in texts_of(domain)}
    assert found == {
        (None, "甲 %(n)s", None),
        (None, "长的文字", None),
        (None, "标题", None),
        (None, "你好 %(name)s 再见", None),
        (None, "%(n)s 张单", "%(n)s 张单"),
        (None, "空的", None),
        ("noun", "订单", None),
    }


def test_keeps_what_people_wrote_and_drops_what_vanished(domain: Path) -> None:
    update(domain)
    assert (
        translation.fill(domain, {"标题": "Title", "%(n)s 张单": ["%(n)s order", "%(n)s orders"], "没有": "None"}) == 2
    )
    (domain / "rules.py").write_text('_("新的")', encoding="utf-8")
    update(domain)
    after = english(domain)
    assert after["标题"] == ["Title"]
    assert after["%(n)s 张单"] == ["%(n)s order", "%(n)s orders"]
    assert after["新的"] == [""] and "长的文字" not in after


def test_a_second_update_changes_no_byte(domain: Path) -> None:
    update(domain)
    before = translation.catalogue_path(domain, "en").read_bytes()
    update(domain)
    assert translation.catalogue_path(domain, "en").read_bytes() == before


def test_traditional_is_derived_from_the_text(domain: Path) -> None:
    update(domain)
    catalog = translation.load(translation.catalogue_path(domain, "zh_Hant"), "zh_Hant")
    assert catalog.get("订单", context="noun").string == "订單"
    assert catalog.get("%(n)s 张单").string == ("%(n)s 张單",)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "not translated: 甲 %(n)s"),
        ({"甲 %(n)s": "A %(m)s"}, "placeholders differ: 甲 %(n)s -> A %(m)s"),
        ({"甲 %(n)s": "A"}, "placeholders differ: 甲 %(n)s -> A"),
    ],
)
def test_names_what_is_wrong(domain: Path, written: dict[str, str], problem: str) -> None:
    update(domain)
    translation.fill(domain, written)
    assert f"yard/en: {problem}" in translation.problems(domain)


def test_names_what_was_never_extracted(domain: Path) -> None:
    assert any("not extracted: 标题" in problem for problem in translation.problems(domain))


def test_compiles_only_what_changed(domain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "PACKAGE", domain.parent)
    update(domain)
    assert [catalogues.compile_stale(), catalogues.compile_stale()] == [2, 0]
