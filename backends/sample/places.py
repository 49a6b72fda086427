"""Which places does the sample utility serve, and which transformer area feeds each?

Pure data, no I/O. `PLACES` is what the ticketing backend loads for place search, and what accounts are spread over.
`area_kind` decides the on-site promise (urban 40 min, rural 85, remote 120; source: domain/work-orders.md 5).
Names come from domain/dialogues.md, domain/work-orders.md and domain/lexicon.txt; the codes are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AreaKind = Literal["urban", "rural", "remote"]
PlaceKind = Literal["community", "road", "village", "park"]

CITY = "江城市"


@dataclass(frozen=True)
class TransformerArea:
    """One distribution transformer; the unit outages are merged by."""

    code: str
    name: str
    feeder: str
    capacity_kva: int
    spare_kw: int
    buildings: tuple[int, int] | None = None
    """First and last building (楼栋, 组 or 门牌) it feeds, both included; None feeds the whole place."""


@dataclass(frozen=True)
class Place:
    """A community, road, village or park customers name when they say where they are."""

    name: str
    district: str
    area_kind: AreaKind
    kind: PlaceKind
    areas: tuple[TransformerArea, ...]
    households: int
    aliases: tuple[str, ...] = ()

    @property
    def transformer_area(self) -> str:
        """Code of the first transformer area, for places that have only one."""
        return self.areas[0].code

    @property
    def full_name(self) -> str:
        return f"{CITY}{self.district}{self.name}"

    def area_of(self, building: int | None) -> TransformerArea:
        """The transformer area feeding this building; the first one when the building is unknown."""
        if building is not None:
            for area in self.areas:
                if area.buildings and area.buildings[0] <= building <= area.buildings[1]:
                    return area
        return self.areas[0]


def _area(
    code: str, name: str, feeder: str, *, kva: int = 630, spare_kw: int = 120, buildings: tuple[int, int] | None = None
) -> TransformerArea:
    return TransformerArea(code, name, feeder, kva, spare_kw, buildings)


PLACES: tuple[Place, ...] = (
    Place(
        "翠湖花园", "东湖区", "urban", "community",
        (
            _area("TA-DH-0101", "翠湖花园1号台区", "翠湖线", buildings=(1, 6)),
            _area("TA-DH-0102", "翠湖花园2号台区", "翠湖线", buildings=(7, 12)),
        ),
        312, ("翠湖", "翠湖花园小区", "翠胡花园", "脆湖花园"),
    ),
    Place(
        "阳光新城", "东湖区", "urban", "community",
        (_area("TA-DH-0201", "阳光新城1号台区", "阳光线", kva=800),),
        312, ("阳光新城小区", "阳光新程"),
    ),
    Place(
        "和平新村", "东湖区", "urban", "community",
        (_area("TA-DH-0301", "和平新村1号台区", "和平线"),),
        286, ("和平村", "和平新村小区", "何平新村"),
    ),
    Place(
        "锦绣家园", "东湖区", "urban", "community",
        (
            _area("TA-DH-0401", "锦绣家园1号台区", "锦绣线", buildings=(1, 9)),
            _area("TA-DH-0402", "锦绣家园2号台区", "锦绣线", buildings=(10, 18)),
        ),
        540, ("锦绣", "锦绣家园小区", "锦秀家园", "景秀家园"),
    ),
    Place(
        "翠竹苑", "东湖区", "urban", "community",
        (_area("TA-DH-0501", "翠竹苑1号台区", "翠湖线"),),
        196, ("翠竹园", "翠竹苑小区"),
    ),
    Place(
        "解放路", "东湖区", "urban", "road",
        (_area("TA-DH-0601", "解放路1号台区", "解放线", kva=1000),),
        174, ("解放大道",),
    ),
    Place(
        "人民东路", "东湖区", "urban", "road",
        (_area("TA-DH-0701", "人民东路1号台区", "解放线", kva=1000),),
        165, ("人民路", "人民东"),
    ),
    Place(
        "幸福里", "城南区", "urban", "community",
        (_area("TA-CN-0101", "幸福里1号台区", "城南线"),),
        228, ("幸福里小区", "幸福理"),
    ),
    Place(
        "阳光里", "城南区", "urban", "community",
        (_area("TA-CN-0201", "阳光里1号台区", "城南线"),),
        254, ("阳光里小区", "阳光理", "阳光李"),
    ),
    Place(
        "建设街", "城南区", "urban", "road",
        (_area("TA-CN-0301", "建设街1号台区", "城南线", kva=800),),
        147, ("建设街桥头", "建设路"),
    ),
    Place(
        "滨江一号", "滨河区", "urban", "community",
        (_area("TA-BH-0101", "滨江一号1号台区", "滨江线", spare_kw=63),),
        302, ("滨江1号", "滨江壹号", "滨江一号小区"),
    ),
    Place(
        "望江苑", "滨河区", "urban", "community",
        (_area("TA-BH-0302", "望江苑1号台区", "滨江线"),),
        218, ("望江园", "望江苑小区"),
    ),
    Place(
        "幸福路", "滨河区", "urban", "road",
        (_area("TA-BH-0117", "幸福路1号台区", "滨江线"),),
        203, (),
    ),
    Place(
        "文昌路", "滨河区", "urban", "road",
        (_area("TA-BH-0201", "文昌路1号台区", "滨江线", kva=800),),
        139, (),
    ),
    Place(
        "工业路", "滨河区", "urban", "park",
        (_area("TA-BH-0401", "工业路1号台区", "工业线", kva=1250),),
        118, ("工业园", "江城工业园", "开发区"),
    ),
    Place(
        "杨家湾", "北郊镇", "rural", "village",
        (_area("TA-BJ-0101", "杨家湾1号台区", "北郊线", kva=315, spare_kw=70),),
        174, ("杨家湾村", "羊家湾"),
    ),
    Place(
        "李家坝", "北郊镇", "rural", "village",
        (_area("TA-BJ-0201", "李家坝1号台区", "北郊线", kva=315, spare_kw=55),),
        163, ("李家坝村",),
    ),
    Place(
        "柳树村", "南溪镇", "rural", "village",
        (_area("TA-NX-0040", "柳树村1号台区", "南溪线", kva=200, spare_kw=48),),
        156, ("柳树村村口",),
    ),
    Place(
        "塘湾村", "南溪镇", "rural", "village",
        (_area("TA-NX-0061", "塘湾村1号台区", "南溪线", kva=200, spare_kw=52),),
        142, ("塘湾",),
    ),
    Place(
        "石桥村", "青石乡", "remote", "village",
        (
            _area("TA-QS-0101", "石桥村1号台区", "青石线", kva=160, spare_kw=40, buildings=(1, 1)),
            _area("TA-QS-0102", "石桥村2号台区", "青石线", kva=160, spare_kw=36, buildings=(2, 6)),
        ),
        121, ("石桥", "十桥村", "时桥村"),
    ),
    Place(
        "云岭村", "青石乡", "remote", "village",
        (_area("TA-QS-0201", "云岭村1号台区", "青石线", kva=100, spare_kw=22),),
        88, ("云岭",),
    ),
)  # fmt: skip

DISTRICTS: dict[str, AreaKind] = {place.district: place.area_kind for place in PLACES}

_BY_NAME = {place.name: place for place in PLACES}
_BY_AREA = {area.code: (place, area) for place in PLACES for area in place.areas}


def place(name: str) -> Place:
    """The place of exactly this name. Raises KeyError when the sample has none."""
    return _BY_NAME[name]


def place_of_area(code: str) -> tuple[Place, TransformerArea]:
    """The place and transformer area of a code such as `TA-DH-0101`. Raises KeyError when unknown."""
    return _BY_AREA[code]


def find(text: str) -> list[Place]:
    """Places named in a text, longest name first; also by alias and common mis-hearing. Empty when none is named."""
    hits: list[tuple[int, Place]] = []
    for candidate in PLACES:
        named = [word for word in (candidate.name, *candidate.aliases) if word in text]
        if named:
            hits.append((max(len(word) for word in named), candidate))
    return [candidate for _, candidate in sorted(hits, key=lambda hit: -hit[0])]
