"""Fault codes: the families expand to what the standard says, and anything typed is read or named."""

import pytest

from pitlane.reception import fault_codes as codes

WELL_KNOWN = {
    "P0016": "曲轴与凸轮轴位置不对应（1 列传感器 A）",
    "P0019": "曲轴与凸轮轴位置不对应（2 列传感器 B）",
    "P0087": "燃油轨或系统压力过低",
    "P0101": "空气流量传感器 A 电路范围或性能异常",
    "P0128": "冷却液温度低于节温器调节温度",
    "P0135": "氧传感器（1 列 1 号）加热器电路故障",
    "P0141": "氧传感器（1 列 2 号）加热器电路故障",
    "P0171": "1 列混合气过稀",
    "P0172": "1 列混合气过浓",
    "P0174": "2 列混合气过稀",
    "P0204": "4 缸喷油器电路故障或开路",
    "P0299": "增压压力不足",
    "P0300": "检测到随机或多个气缸失火",
    "P0312": "检测到 12 缸失火",
    "P0335": "曲轴位置传感器 A 电路故障",
    "P0354": "点火线圈 D 初级或次级电路故障",
    "P0420": "三元催化系统（1 列）转化效率低于限值",
    "P0430": "三元催化系统（2 列）转化效率低于限值",
    "P0442": "检测到燃油蒸发排放系统泄漏（小）",
    "P0562": "系统电压过低",
    "P0700": "变速箱控制系统请求点亮故障灯",
    "P0741": "液力变矩器锁止离合器性能异常或卡在分离",
    "P0A80": "需要更换动力电池",
    "P0AA6": "动力电池电压系统绝缘故障",
    "P2135": "节气门或踏板位置传感器 A 与 B 电压不对应",
    "P2187": "怠速时系统（1 列）混合气过稀",
    "P2347": "12 缸爆震超过限值",
    "P2463": "颗粒捕集器堵塞：积碳过多",
    "P3496": "12 缸排气门停缸控制电路电压高",
    "B0001": "驾驶员正面气囊第 1 级点火控制故障",
    "C0031": "左前轮速传感器故障",
    "U0073": "控制模块通信总线 A 关闭",
    "U0100": "与发动机控制模块 A 失去通信",
    "U0121": "与制动防抱死控制模块失去通信",
    "U0140": "与车身控制模块失去通信",
    "U0155": "与组合仪表失去通信",
    "U0415": "收到制动防抱死控制模块的无效数据",
}


@pytest.mark.parametrize(("code", "meaning"), WELL_KNOWN.items())
def test_well_known_codes_mean_what_the_standard_says(code: str, meaning: str) -> None:
    assert codes.explain(code).meaning == meaning


def test_three_thousand_codes_ship_and_none_is_written_twice() -> None:
    endings = codes.data_yaml("fault_endings.yaml")
    written = [
        code
        for name in codes.FILES
        for row in codes.csv.DictReader(codes.StringIO(codes.data_text(f"fault_codes_{name}.csv")))
        for code, _meaning in codes.expand(row, endings)
    ]
    assert len(written) == len(set(written)) == len(codes.known_codes()) >= 3000
    assert all(codes.SHAPE.fullmatch(code) for code in written)
    assert all("{n}" not in each.meaning and each.meaning.strip() for each in codes.known_codes().values())


@pytest.mark.parametrize(
    ("typed", "found", "wrong"),
    [
        ("p0302", ("P0302",), ()),
        ("Ｐ０３０２，P0171、u0100", ("P0302", "P0171", "U0100"), ()),
        ("P0302 P0302\nP0302", ("P0302",), ()),
        ("C0035-11", ("C0035-11",), ()),
        ("P0ZZZ P4300 P030", (), ("P0ZZZ", "P4300", "P030")),
        ("<script>; DROP TABLE", (), ("<SCRIPT>", "DROP", "TABLE")),
        ("", (), ()),
    ],
)
def test_codes_are_read_from_whatever_is_typed(typed: str, found: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    assert codes.parse_codes(typed) == codes.Typed(found, wrong)


def test_a_makers_own_code_says_so_and_names_its_system() -> None:
    own = codes.explain("P1234")
    assert (own.known, own.meaning) == (False, "厂家自定义码（动力系统）")
    assert codes.explain("B1234").meaning == "厂家自定义码（车身系统）"
    assert codes.explain("C0FFF").meaning.startswith("标准保留码")
    assert codes.explain("C0031-13").meaning == "左前轮速传感器故障"


def test_codes_are_found_by_number_and_by_words() -> None:
    assert [each.code for each in codes.find_codes("p030", 4)] == ["P0300", "P0301", "P0302", "P0303"]
    assert "P0304" in {each.code for each in codes.find_codes("4 缸 失火", 50)}
    assert [each.code for each in codes.find_codes("p1999")] == ["P1999"]
    assert codes.find_codes("没有这样的词") == []
