"""The ranking: what customers say leads to the causes a good advisor would name, with its reasons and with learning."""

from __future__ import annotations

from typing import Any

import pytest

from pitlane.catalog.dataset import operations as starting_operations
from pitlane.reception import held_out, knowledge
from pitlane.reception.knowledge import Cause
from pitlane.reception.rules_diagnosis import Complaint, Diagnosis, Experience, Seen, diagnose, symptoms_in


def names(found: Diagnosis) -> list[str]:
    return [each.cause.code for each in found.ranked]


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("打不着火", "crank_no_start"),
        ("早上冷车难打", "hard_start_cold"),
        ("等红灯的时候车抖", "rough_idle"),
        ("刹车吱吱叫", "brake_squeal"),
        ("剎車吱吱叫", "brake_squeal"),
        ("空调不凉了！！！😀", "ac_warm"),
        ("电瓶放一晚上就没电", "battery_flat"),
        ("过减速带底盘咯噔响", "susp_clunk"),
        ("开一百码方向盘抖", "wheel_shake"),
    ],
)
def test_the_ways_customers_speak_are_understood(text: str, symptom: str) -> None:
    assert next(iter(symptoms_in(text))) == symptom


def test_what_the_customer_denies_is_not_looked_for() -> None:
    assert "susp_clunk" not in symptoms_in("没有异响，就是费油")
    assert next(iter(symptoms_in("没有异响，就是费油"))) == "fuel_use"


def test_two_troubles_in_one_sentence_are_both_heard() -> None:
    assert {"brake_squeal", "brake_judder"} <= set(symptoms_in("刹车吱吱叫，踩下去还有点抖"))


@pytest.mark.parametrize("text", ["", "   ", "😀😀😀", "hello there", "';DROP TABLE x;--", "<b>1</b>", "？？？"])
def test_without_an_understood_word_there_is_no_guess(text: str) -> None:
    assert diagnose(Complaint(text)).ranked == ()


def test_a_huge_text_is_answered_too() -> None:
    assert diagnose(Complaint("刹车吱吱叫" + "啊" * 100_000)).ranked


def test_a_code_names_the_cylinder_and_says_why() -> None:
    found = diagnose(Complaint("怠速抖动", ("P0302",), 60000))
    assert set(names(found)[:2]) == {"coil_one", "spark_plugs"}
    assert "描述中的「怠速抖动」" in found.ranked[0].why
    plugs = next(each for each in found.ranked if each.cause.code == "spark_plugs")
    assert "P0302 检测到 2 缸失火" in plugs.why
    assert "里程 60000 km，常在 40000 km 以后出现" in plugs.why
    assert {"scan", "plugs", "coil_swap"} <= set(found.checks)
    assert {code for code, _weight in found.operations[:2]} == {"IG-001", "MA-008"}


def test_codes_alone_are_enough_and_contradicting_ones_both_count() -> None:
    assert names(diagnose(Complaint("", ("P0420",))))[0] == "catalyst"
    both = names(diagnose(Complaint("", ("P0171", "P0172")), shown=20))
    assert {"maf_bad", "injector_bad"} <= set(both)
    assert diagnose(Complaint("", ("P1234",))).ranked == ()


def test_a_new_car_is_not_told_that_it_is_worn() -> None:
    new, old = (diagnose(Complaint("怠速抖动", km=km), shown=30) for km in (3000, 90000))
    place = {each.cause.code: each.probability for each in new.ranked}
    later = {each.cause.code: each.probability for each in old.ranked}
    assert place.get("coil_one", 0) < later["coil_one"]


def test_an_electric_car_has_no_spark_plugs() -> None:
    found = diagnose(Complaint("加速无力", fuel="ev"), shown=40)
    assert all(not each.cause.fuels or "ev" in each.cause.fuels for each in found.ranked)
    assert sum(each.probability for each in found.ranked) <= 1.0001


def test_answers_move_a_cause_and_one_answer_does_not_decide() -> None:
    text = Complaint("怠速抖动")
    before = diagnose(text, shown=30)
    place = {each.cause.code: each.probability for each in before.ranked}
    votes = {("rough_idle", "throttle_dirty", "FU-001"): (12, 0), ("rough_idle", "spark_plugs", "MA-008"): (0, 12)}
    after = {e.cause.code: e.probability for e in diagnose(text, Experience(votes=votes), shown=30).ranked}
    assert after["throttle_dirty"] > place["throttle_dirty"] and after["spark_plugs"] < place["spark_plugs"]
    once = Experience(votes={("rough_idle", "spark_plugs", "MA-008"): (0, 1)})
    assert {e.cause.code for e in diagnose(text, once).ranked} >= {"spark_plugs"}
    elsewhere = Experience(votes={("brake_squeal", "spark_plugs", "MA-008"): (0, 50)})
    assert names(diagnose(text, elsewhere)) == names(diagnose(text))


def test_the_shops_own_orders_move_a_cause_and_are_its_evidence() -> None:
    seen = {"rough_idle": Seen(cars=30, same=7, operations={"EN-011": (20, 5), "MA-001": (25, 6)})}
    known = Experience(seen=seen, shares={"EN-011": 0.02, "MA-001": 0.8})
    first = diagnose(Complaint("怠速抖动"), known).ranked[0]
    assert first.cause.code == "mount_bad"
    assert "本店近 12 个月同车系 7 台类似描述，5 台做了 EN-011" in first.why


def test_a_habit_that_no_book_knows_is_suggested_too() -> None:
    seen = {"rough_idle": Seen(cars=20, operations={"XX-900": (12, 0), "MA-001": (15, 0)})}
    found = diagnose(Complaint("怠速抖动"), Experience(seen=seen, shares={"XX-900": 0.02, "MA-001": 0.8}))
    habit = [each for each in found.ranked if each.cause.code == "habit:XX-900"]
    assert habit and habit[0].operations == ("XX-900",) and habit[0].why
    assert not any(each.cause.code == "habit:MA-001" for each in found.ranked)


def test_a_shops_own_entry_is_found_by_its_words() -> None:
    own = Cause(
        "own:1", "滑门轨道卡滞", "Sliding door rail stuck", 5, words=("滑门拉不动",), operations=("OT-1",), own=True
    )
    assert names(diagnose(Complaint("商务车滑门拉不动"), Experience(causes=[own])))[0] == "own:1"


def test_every_entry_holds_together_and_points_to_work_of_the_shipped_catalogue() -> None:
    operations = {row.code for row in starting_operations()}
    causes: Any = knowledge.causes().values()
    entries = [(cause, symptom) for cause in causes for symptom, _link in cause.symptoms]
    assert len(causes) >= 150 and len(entries) >= 150
    for cause in causes:
        assert cause.operations and cause.checks and cause.symptoms and cause.name_en.isascii(), cause.code
        assert set(cause.operations) <= operations, cause.code
        assert set(cause.checks) <= set(knowledge.checks()), cause.code
        assert {symptom for symptom, _link in cause.symptoms} <= set(knowledge.symptoms()), cause.code
    assert all(len(each.words) >= 4 for each in knowledge.symptoms().values())
    assert {s for _c, s in entries} == set(knowledge.symptoms())


def test_two_hundred_descriptions_in_other_words_meet_their_cause() -> None:
    held = held_out.rows()
    known = {word for each in knowledge.symptoms().values() for word in each.words}
    assert len(held) >= 200 and not known & {each.complaint.text for each in held}
    ours = held_out.measure(held_out.by_diagnosis(), held)
    floor = held_out.measure(held_out.by_keywords, held)
    assert ours.cause is not None and floor.cause is not None
    assert ours.cause.top3 >= 0.74 and ours.operation.top3 >= 0.74
    assert ours.cause.top3 > floor.cause.top3 + 0.2


def test_answers_of_half_the_visits_help_with_the_other_half() -> None:
    learning = held_out.compared()["learning"]
    for what in ("cause", "operation"):
        assert learning["after"][what]["mrr"] > learning["before"][what]["mrr"]
        assert learning["after"][what]["top3"] >= learning["before"][what]["top3"]
