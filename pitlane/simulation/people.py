"""Invented people and companies: names as frequent as in a Chinese city, numbers that nobody has.

The telephone numbers begin with blocks that no operator has given out, so that a call made while trying the system
reaches nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_SURNAMES = (
    ("李王张刘陈", 70),
    ("杨赵黄周吴徐孙胡朱高", 22),
    ("林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许", 9),
    ("傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏", 5),
    ("钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康", 3),
    ("毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武", 2),
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛")
_GIVEN = {
    "m": "伟强磊军勇涛明超刚平辉鹏飞宇浩凯健俊帆斌波杰峰林海东志国建文华春永庆振立学成家子天嘉泽晨博轩",
    "f": "芳娜敏静丽艳娟霞秀英玲桂兰萍红燕梅莉婷雪琳颖洁倩欣雅晓梦佳慧怡思雨晨子涵若诗琪瑶妍悦宁月",
}
_FREE_BLOCKS = ("154", "160", "161", "163", "164", "168", "169")
_TRADES = (
    ("科技有限公司", "云启 智联 恒信 远图 中科启 星河 博睿 汇创"),
    ("物流有限公司", "顺捷 通达 驰远 万里 京津通 安运"),
    ("餐饮管理有限公司", "食为先 福满楼 京味 川香"),
    ("建筑工程有限公司", "宏建 中瑞 京建 鼎盛"),
    ("商贸有限公司", "华联 润泽 佳禾 同德 鑫源"),
    ("汽车租赁有限公司", "畅行 一路 京驰"),
    ("医疗器械有限公司", "康宁 百济 仁和"),
    ("文化传媒有限公司", "光影 思享 墨白"),
)
_STREETS = (
    "望京西园",
    "南湖中园",
    "花家地西里",
    "阜通东大街",
    "广顺北大街",
    "利泽西街",
    "湖光中街",
    "来广营东路",
    "酒仙桥路",
    "将台西路",
)
_COMMUNITIES = (
    "东湖湾",
    "慧谷阳光",
    "大西洋新城",
    "季景沁园",
    "果岭里",
    "南湖渠西里",
    "宝星园",
    "上京新航线",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owns or brings a car."""

    name: str
    gender: str
    phone: str
    birthday: date
    address: str

    @property
    def polite(self) -> str:
        """As the desk says it: 王女士, 李先生."""
        family = self.name[:2] if self.name[:2] in _COMPOUND else self.name[:1]
        return family + ("女士" if self.gender == "f" else "先生")


@dataclass(frozen=True, slots=True)
class Company:
    """A firm with its own cars and a person who looks after them."""

    name: str
    tax_id: str
    contact: Person


class People:
    """Draws people and companies, each phone number and company name once."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self._phones: set[str] = set()
        self._families = [family for families, _weight in _SURNAMES for family in families]
        self._weights = [weight for families, weight in _SURNAMES for _family in families]
        self._companies = self._company_names()

    def person(self) -> Person:
        """A car owner between 22 and 68; men somewhat more often than women."""
        gender = "m" if self.rng.random() < 0.62 else "f"
        age = min(68.0, max(22.0, self.rng.gauss(40, 10)))
        born = self.today - timedelta(days=round(age * 365.25) + self.rng.randrange(365))
        return Person(self.name(gender), gender, self.phone(), born, self.address())

    def name(self, gender: str) -> str:
        """Surname by frequency and one or two characters."""
        rng = self.rng
        family = rng.choice(_COMPOUND) if rng.random() < 0.004 else rng.choices(self._families, self._weights)[0]
        pool = _GIVEN[gender]
        first = rng.choice(pool)
        return family + (first if rng.random() < 0.16 else first + rng.choice(pool))

    def phone(self) -> str:
        """A mobile number of a block that is not in use, never twice."""
        while True:
            number = f"{self.rng.choice(_FREE_BLOCKS)}{self.rng.randrange(10**8):08d}"
            if number not in self._phones:
                self._phones.add(number)
                return number

    def address(self) -> str:
        rng = self.rng
        house = f"{rng.randrange(1, 30)} 号楼 {rng.randrange(1, 5)} 单元 {rng.randrange(1, 19)}0{rng.randrange(1, 5)}"
        return f"北京市朝阳区{rng.choice(_STREETS)}{rng.choice(_COMMUNITIES)}{house}"

    def company(self) -> Company:
        """A firm from the neighbourhood with its contact person."""
        digits = "".join(self.rng.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
        return Company(next(self._companies), f"91110105MA{digits[:7]}X", self.person())

    def _company_names(self) -> Iterator[str]:
        names = [f"北京{word}{trade}" for trade, words in _TRADES for word in words.split()]
        self.rng.shuffle(names)
        yield from names
        for number in range(1, 10**9):
            yield f"北京{self.rng.choice(self._families)}氏{number}商贸有限公司"
