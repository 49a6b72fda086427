"""Who are the customers of the sample utility? Seeded and pure: the same seed gives the same people everywhere.

The fixed ones are those of domain/billing.md and domain/dialogues.md, with their figures as of the newest bill; all
names, phones and addresses are invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from backends.sample.places import CITY, PLACES, Place, place
from kernel import account_no as accounts

SEED = 20261124
Kwh = dict[str, int]

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN = (
    "伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀兰", "霞", "平", "刚", "桂英", "建国", "建华", "志强", "红梅", "玉兰", "国庆", "海燕", "文博", "子涵",
    "雨桐", "浩然", "欣怡", "俊杰", "晓东", "春梅", "德胜", "凤英",
)  # fmt: skip
_PREFIX = {"东湖区": "3101", "城南区": "3102", "滨河区": "3103", "北郊镇": "3304", "南溪镇": "3305", "青石乡": "3306"}

_SHOPS = ["便利店", "面馆", "药店", "理发店", "水果店", "五金店", "茶楼", "宾馆", "超市", "书店", "干洗店", "网咖"]
_PUBLIC = ["中学", "小学", "幼儿园", "卫生院", "社区居委会", "派出所", "路灯管理所", "图书馆"]
_WORKS = ["木器厂", "印刷厂", "塑料厂", "食品厂", "机械加工厂", "服装厂", "包装厂"]
_PLANTS = ["机械厂", "钢构公司", "化工厂", "水泥厂", "汽车部件公司", "电子公司"]
_FARMS = ["排灌站", "养殖场", "大棚种植合作社", "粮食烘干站", "鱼塘"]


@dataclass(frozen=True)
class Customer:
    """One account and how it uses electricity.

    `base_kwh` is an average month; `shares` splits it over registers; `fixed_kwh` gives exact months, counted back
    from the newest (0), register by register.
    """

    account_no: str
    name: str
    place: Place
    building: int
    address: str
    category: str
    plan: str
    voltage: str = "lt1kv"
    phone: str | None = None
    capacity_kva: int | None = None
    demand_mode: str | None = None
    contract_demand_kw: int | None = None
    large_household: bool = False
    low_income: bool = False
    pay_mode: str = "postpaid"
    status: str = "active"
    balance_fen: int | None = None
    power_source_kind: str | None = None
    user_kind: str | None = None
    has_life_support: bool = False
    base_kwh: int = 150
    shares: tuple[tuple[str, float], ...] = (("total", 1.0),)
    multiplier: int = 1
    export_kwh: int | None = None
    """Average month fed into the grid; None without photovoltaics."""
    is_ev: bool = False
    unpaid: tuple[int, ...] = ()
    """Months back (0 is the newest) that are not paid."""
    fixed_kwh: dict[int, Kwh] = field(default_factory=dict)
    fixed_export: dict[int, int] = field(default_factory=dict)
    event: str | None = None
    """`estimated`, `meter_change` or `roll_over`: something happened to the meter lately."""

    @property
    def area(self) -> str:
        return self.place.area_of(self.building).code


def with_check(first9: str) -> str:
    return first9 + accounts.check_digit(first9)


_TOU_HOME = (("peak", 0.52), ("valley", 0.48))
_TOU_WORK = (("peak", 0.38), ("flat", 0.38), ("valley", 0.24))


def fixed() -> list[Customer]:
    """The customers that scripts, dialogues and documents name."""

    def home(account_no: str, name: str, phone: str, where: str, building: int, rest: str, **more: Any) -> Customer:
        at = place(where)
        more = {"category": "residential", "plan": "ladder", **more}
        address = f"{CITY}{at.district}{where}{rest}"
        return Customer(account_no, name, at, building, address, phone=phone, **more)

    months = (186, 168, 205, 225, 198, 176, 160, 165, 190, 287)  # October back to January: 1960 kWh, dialogue D01
    wang = {back: {"total": kwh} for back, kwh in enumerate(months)}
    return [
        home("3100102346", "王小明", "13812345678", "翠湖花园", 3, "3号楼2单元402", unpaid=(0,), fixed_kwh=wang),
        home(
            "3100204589", "陈建国", "13700005566", "幸福路", 14, "14号1单元101室", plan="ladder_tou", base_kwh=185,
            shares=_TOU_HOME, has_life_support=True, fixed_kwh={0: {"peak": 120, "valley": 130}},
        ),
        home(
            "3100205172", "孙丽", "13300002250", "望江苑", 6, "6号楼1单元601", base_kwh=160, export_kwh=390,
            fixed_kwh={0: {"total": 150}}, fixed_export={0: 420},
        ),
        home(
            "3100103120", "周晓燕", "13500004417", "滨江一号", 7, "7栋1102", base_kwh=150,
            fixed_kwh={0: {"total": 217}, 1: {"total": 168}}, unpaid=(0,),
        ),
        home(
            "3100208622", "赵志强", "13600008622", "阳光里", 5, "5栋2单元301", pay_mode="prepaid", status="stopped",
            balance_fen=-2140,
        ),
        home(
            "3100211790", "吴桂英", "13900003316", "和平新村", 6, "6号楼1单元502", status="stopped", base_kwh=180,
            unpaid=(2,), fixed_kwh={2: {"total": 400}},
        ),
        # One owner of two flats, who lets the second.
        home("3100219025", "郑国强", "13611112222", "锦绣家园", 8, "8栋1单元602", base_kwh=170),
        home("3100219033", "郑国强", "13611112222", "和平新村", 3, "3号楼2单元201", base_kwh=120, unpaid=(0,)),
        home(
            "3100218910", "钱德胜", "13900009027", "幸福里", 2, "2号楼3单元203", pay_mode="prepaid", balance_fen=6320,
        ),
        home(
            "3100003056", "江城蓝天便利店", "13655557777", "幸福路", 9, "9号底商", category="commercial",
            plan="single_tou", base_kwh=1150, shares=_TOU_WORK, capacity_kva=50,
            fixed_kwh={0: {"peak": 380, "flat": 433, "valley": 372}},
        ),
        home(
            "3204001261", "江城市第一人民医院", "13800001261", "解放路", 120, "120号", category="large_industrial",
            plan="two_part_tou", voltage="10kv", capacity_kva=1600, demand_mode="contract_demand",
            contract_demand_kw=700, base_kwh=310000, shares=_TOU_WORK, multiplier=200, power_source_kind="双电源",
            user_kind="重要客户",
        ),
        home(
            "3200007718", "江城市育才中学", "13800007718", "人民东路", 66, "66号", category="non_residential",
            plan="single", base_kwh=5200, capacity_kva=80, multiplier=20,
        ),
        home(
            "3307000152", "石桥村排灌站", "13800000152", "石桥村", 2, "2组", category="agricultural", plan="single",
            voltage="10kv", base_kwh=9000, capacity_kva=150, multiplier=60, user_kind="季节性",
        ),
    ]  # fmt: skip


BOUND: tuple[tuple[str, str], ...] = (
    ("3100102346", "v-wang"),
    ("3100103120", "v-zhou"),
    ("3100208622", "v-zhao"),
    ("3100219025", "v-zheng"),
    ("3100219033", "v-zheng"),
)
"""Account and visitor of WeChat, bound as the dialogues have it."""


class _Maker:
    """Draws customers; every draw in a fixed order, so that a seed always tells the same story."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.number = 0

    def identity(self, at: Place) -> tuple[str, str]:
        """Account number and phone, both of nobody else."""
        self.number += 1
        return with_check(f"{_PREFIX[at.district]}{self.number:05d}"), f"150{(self.number * 7919 + 24_680) % 10**8:08d}"

    def person(self) -> str:
        return self.dice.choice(_SURNAMES) + self.dice.choice(_GIVEN)

    def room(self, at: Place) -> tuple[int, str]:
        dice = self.dice
        last = max((area.buildings[1] for area in at.areas if area.buildings), default=12)
        building = dice.randint(1, last)
        if at.kind == "community":
            room = f"{building}号楼{dice.randint(1, 4)}单元{dice.randint(1, 11)}0{dice.randint(1, 3)}"
        elif at.kind == "village":
            room = f"{building}组{dice.randint(1, 60)}号"
        else:
            room = f"{building * 8 + dice.randint(0, 7)}号"
        return building, f"{CITY}{at.district}{at.name}{room}"

    def customer(self, at: Place, name: str, **more: Any) -> Customer:
        account_no, phone = self.identity(at)
        building, address = self.room(at)
        return Customer(account_no, name, at, building, address, phone=phone, unpaid=self.arrears(), **more)

    def arrears(self) -> tuple[int, ...]:
        """Half have not paid the newest bill yet; a few owe older ones."""
        roll = self.dice.random()
        if roll < 0.01:
            return (0, 1, 2)
        if roll < 0.04:
            return (0, 1)
        return (0,) if roll < 0.5 else ()

    def home(self, at: Place) -> Customer:
        dice = self.dice
        roll = dice.random()
        more: dict[str, Any] = {"category": "residential", "plan": "ladder", "base_kwh": dice.randint(70, 330)}
        if roll < 0.16:
            more |= {"plan": "ladder_tou", "shares": _TOU_HOME}
        elif roll < 0.24:
            more |= {"pay_mode": "prepaid", "balance_fen": dice.randint(-900, 26_000)}
        elif roll < 0.28:
            more |= {"export_kwh": dice.randint(180, 620)}
        elif roll < 0.31:
            tou = (("peak", 0.12), ("valley", 0.88))
            more |= {"plan": "collective_tou", "shares": tou, "is_ev": True, "base_kwh": dice.randint(120, 380)}
        elif roll < 0.32:
            more |= {"plan": "collective", "base_kwh": dice.randint(300, 900)}
        if more["plan"].startswith("ladder"):
            more |= {"large_household": dice.random() < 0.04, "low_income": dice.random() < 0.03}
        more["has_life_support"] = dice.random() < 0.006
        if more["plan"] == "ladder" and "export_kwh" not in more and dice.random() < 0.03:
            more["event"] = dice.choice(("estimated", "meter_change", "roll_over"))
        return self.customer(at, self.person(), **more)

    def business(self, at: Place, kind: str) -> Customer:
        make = _BUSINESS[kind]
        name, more = make(self.dice, at)
        return self.customer(at, name, **more)


def _shop(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more: dict[str, Any] = {"category": "commercial", "plan": "single", "base_kwh": dice.randint(280, 2600)}
    if dice.random() < 0.4:
        more |= {"plan": "single_tou", "shares": _TOU_WORK}
    if dice.random() < 0.12:
        more |= {
            "plan": "single_tou", "shares": _TOU_WORK, "voltage": "10kv", "capacity_kva": dice.choice((125, 200, 315)),
            "base_kwh": dice.randint(12_000, 40_000), "multiplier": 60,
        }  # fmt: skip
    return f"{at.name}{dice.choice(_SURNAMES)}记{dice.choice(_SHOPS)}", more


def _public(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more = {"category": "non_residential", "plan": "single", "base_kwh": dice.randint(600, 5200), "multiplier": 10}
    return f"{at.name}{dice.choice(_PUBLIC)}", more


def _works(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more: dict[str, Any] = {"category": "general_industrial", "plan": "single_tou", "shares": _TOU_WORK}
    more |= {"base_kwh": dice.randint(2000, 9000), "multiplier": 30, "capacity_kva": dice.choice((50, 80, 100, 125))}
    if dice.random() < 0.5:
        more |= {"voltage": "10kv", "capacity_kva": dice.choice((160, 200, 250)), "base_kwh": 18_000, "multiplier": 60}
    return f"江城{dice.choice(_SURNAMES)}氏{dice.choice(_WORKS)}", more


def _plant(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    kva = dice.choice((400, 630, 800, 1000, 1250, 2000))
    more: dict[str, Any] = {"category": "large_industrial", "plan": "two_part_tou", "shares": _TOU_WORK}
    more |= {"voltage": "35kv" if kva >= 2000 else "10kv", "capacity_kva": kva, "multiplier": 200}
    mode = dice.choice(("capacity", "contract_demand", "actual_demand"))
    more |= {"demand_mode": mode, "base_kwh": kva * dice.randint(130, 300)}
    if mode == "contract_demand":
        more["contract_demand_kw"] = kva // 2
    if dice.random() < 0.3:
        more |= {"power_source_kind": "双电源", "user_kind": "重要客户"}
    return f"江城{dice.choice(('东方', '宏达', '新华', '长江', '金鼎', '华泰'))}{dice.choice(_PLANTS)}", more


def _station(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more = {
        "category": "large_industrial", "plan": "two_part_tou", "shares": _TOU_WORK, "voltage": "10kv",
        "capacity_kva": 800, "demand_mode": "waived", "base_kwh": dice.randint(60_000, 120_000), "multiplier": 100,
        "is_ev": True,
    }  # fmt: skip
    return f"{at.name}集中充电站", more


def _farm(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more: dict[str, Any] = {"category": "agricultural", "plan": "single", "base_kwh": dice.randint(400, 4200)}
    more |= {"multiplier": 10, "user_kind": "季节性" if dice.random() < 0.4 else None}
    if dice.random() < 0.3:
        more |= {"voltage": "10kv", "capacity_kva": 125, "base_kwh": 9000, "multiplier": 60}
    return f"{at.name}{dice.choice(_FARMS)}", more


def _reseller(dice: random.Random, at: Place) -> tuple[str, dict[str, Any]]:
    more = {
        "category": "wholesale", "plan": "single", "voltage": dice.choice(("10kv", "35kv")), "capacity_kva": 5000,
        "base_kwh": dice.randint(500_000, 900_000), "multiplier": 3500,
    }  # fmt: skip
    return f"{at.district}供电有限公司", more


_BUSINESS = {
    "shop": _shop, "public": _public, "works": _works, "plant": _plant, "station": _station, "farm": _farm,
    "reseller": _reseller,
}  # fmt: skip

HOMES = 1720
# How many of each, and where they may stand.
_BUSINESSES: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("shop", 150, ("community", "road")),
    ("public", 60, ("community", "road", "village")),
    ("works", 60, ("park", "road")),
    ("plant", 18, ("park",)),
    ("station", 4, ("road", "park")),
    ("farm", 70, ("village",)),
    ("reseller", 4, ("park", "village")),
)


def everybody(seed: int = SEED) -> list[Customer]:
    """All customers, the fixed ones first."""
    maker = _Maker(seed)
    homes = [at for at in PLACES if at.kind != "park"]
    weights = [at.households for at in homes]
    made = fixed()
    made += [maker.home(at) for at in maker.dice.choices(homes, weights, k=HOMES)]
    for kind, count, kinds in _BUSINESSES:
        where = [at for at in PLACES if at.kind in kinds]
        made += [maker.business(maker.dice.choice(where), kind) for _ in range(count)]
    return made
