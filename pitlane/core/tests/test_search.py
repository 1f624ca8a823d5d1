"""The one search box finds by fragment, tail, name, pinyin; within the organisation only."""

import pytest

from pitlane.core import search
from pitlane.core.chinese import pinyin_keys
from pitlane.core.search import Entry
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop


def wang() -> Entry:
    names = pinyin_keys("王建国")
    return Entry(
        kind="vehicle",
        object_id=5,
        plate="京A8K326",
        plate_kind="blue",
        title="王建国",
        detail="138****6217 · 大众 帕萨特",
        keys=(
            "京A8K326",
            *search.suffixes("A8K326"),
            "王建国",
            "建国",
            *names.full,
            *names.initials,
            *search.suffixes("2017731", 4),
        ),
        tails=("6217", "13800116217"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "326",
        "8k3",
        "京A·8K326",
        "A8K326",
        "京a8k",
        "6217",
        "13800116217",
        "王建",
        "建国",
        "wangjian",
        "wjg",
        "7731",
        "王 326",
        "ＷＪＧ",
    ],
)
def test_found_by(shop: Shop, text: str) -> None:
    search.index([wang()])
    assert [doc.object_id for doc in search.find(text, by=shop.boss(), kinds=["vehicle"])["vehicle"]] == [5]


@pytest.mark.parametrize("text", ["", " ", "999", "6218", "张", "王 999", "%", "_", "' or 1=1"])
def test_not_found_by(shop: Shop, text: str) -> None:
    search.index([wang()])
    assert search.find(text, by=shop.boss(), kinds=["vehicle"])["vehicle"] == []


def test_keys_follow_a_change_and_tails_are_hashed(shop: Shop) -> None:
    search.index([wang()])
    search.index([Entry(kind="vehicle", object_id=5, title="王建国", keys=("沪B12345",))])
    assert search.find("326", by=shop.boss(), kinds=["vehicle"])["vehicle"] == []
    assert search.find("沪B12", by=shop.boss(), kinds=["vehicle"])["vehicle"][0].object_id == 5
    search.index([wang()])
    assert not search.SearchKey.objects.filter(key__contains="6217").exists()


def test_other_organisations_stay_invisible(shop: Shop, other_shop: Shop) -> None:
    with scope(other_shop.org_id):
        search.index([wang()])
    assert search.find("326", by=shop.boss(), kinds=["vehicle"])["vehicle"] == []


def test_three_words_one_query_each_kind(shop: Shop, django_assert_num_queries) -> None:
    search.index_new([wang()])
    with django_assert_num_queries(1):
        search.find("326 王", by=shop.boss(), kinds=["vehicle"])


def test_hits_split_for_highlighting() -> None:
    assert search.hits("京A8K326", "8K") == [("京A", False), ("8K", True), ("326", False)]
    assert search.hits("王建国", "") == [("王建国", False)]
