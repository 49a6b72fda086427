"""Communities, roads with numbers, rooms, names after 姓 and 叫: what patterns and the list of known places can say."""

# ruff: noqa: E501  one wording a pattern, one value a row: broken lines would hide the alternatives
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.nlu.spans import Span
from kernel.numbers_zh import digits_of, int_of

LOOKUPS = Path(__file__).resolve().parents[2] / "data" / "lookups"

_NUM = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3}|[a-z]\d{0,2}|[东西南北甲乙丙])"
_BUILDING = rf"(?:(?:{_NUM}[区期])?{_NUM}(?:号楼|栋|幢|座|号院|组|号(?=\d单元|[一二三四五六七八九]单元))|b\d-\d{{1,4}}|{_NUM}期)"
_SURE = "花园|小区|新村|家园|新城|公寓|大厦|广场|家属[院楼区]|宿舍楼?|园区|工业园区?|科技园|产业园|开发区|山庄|华庭|公馆|嘉园|雅苑|豪庭|庄园|名邸|社区|雅居|大院"
_MAYBE = "苑|里|村|城|园|府|湾|屯|厂|院|坊|轩|庭|台|居|湖|郡|墅|坝|岭|寨|学校|小学|中学|医院|酒店|商场|超市|市场|幼儿园|一号|壹号"
_HAN = "\u4e00-\u9fff"
_COMMUNITY = re.compile(
    rf"((?!\d+号|[一二三四五六七八九十]+[号楼])[{_HAN}\d]{{1,9}}?(?:{_SURE}))({_BUILDING})?|([{_HAN}]{{1,8}}?(?:{_MAYBE}))({_BUILDING}|(?=\d?单元))"
)
_ALONE = re.compile(
    rf"^ *(?:在|是|住|我在|我住|我家在|地址是)?([{_HAN}]{{2,6}}(?:{_SURE}|{_MAYBE}))({_BUILDING})?[的里吧啊, 。]*$"
)
# Signs that do not begin a place name: everything up to the last of them is cut off.
_STOP = re.compile(
    r".*(?:[在是的了住到叫从给查把你您请问咱俺那哪个说报修看呢啊吗吧嘛怎么至午为什我们这有没电停灯闪帮讲知道询烦由于被让去来,。:!?、 ]|家(?!园|属)|一下|地址|小区(?=.))"
)
_NOT_NAMES = {
    "小区",
    "花园",
    "社区",
    "家里",
    "屋里",
    "这里",
    "那里",
    "哪里",
    "村里",
    "心里",
    "城里",
    "园里",
    "学校",
    "医院",
    "超市",
    "市场",
    "商场",
    "酒店",
    "厂",
    "村",
    "院",
    "大院",
    "整个小区",
    "全小区",
    "一个小区",
    "全村",
    "老小区",
    "同小区",
    "本小区",
    "隔壁小区",
    "新小区",
    "农村",
    "大厦",
    "广场",
    "公寓",
    "宿舍",
    "工厂",
    "农贸市场",
    "整村",
    "邻村",
    "菜市场",
    "充电广场",
    "各小区",
    "园区",
    "开发区",
    "城中村",
    "大学城",
    "大医院",
    "幼儿园",
    "卫生院",
    "老旧小区",
    "学校宿舍",
    "大学宿舍",
    "学生宿舍",
    "学校幼儿园",
}
_NOT_START = re.compile(r"^(?:整个?|全|一个|几个|好几|隔壁|老旧?|同一?个?|本|各|附近|周围|新)(?:小区|村|社区)")

_ADMIN = rf"(?:[{_HAN}]{{2,3}}市)?[{_HAN}]{{2,3}}?(?:区|县|镇|乡)"
_ROAD = rf"[{_HAN}]{{1,4}}?(?:路|大道|大街|街道?|巷|胡同|弄)(?![灯由线口])"
_ADDRESS = re.compile(
    rf"({_ADMIN})?({_ROAD})(\d{{1,4}}|[零一二三四五六七八九十百]{{1,5}})(号(?!线|楼)|弄)(?:附?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})号(?!楼))?|({_ADMIN})({_ROAD})(?:桥头|路口|北侧|南侧|东头|西头)?"
)
_UNIT_ROOM = re.compile(
    r"(?P<unit>\d{1,2}|[一二三四五六七八九十]{1,2})单元(?P<room>\d{3,4}|[零〇一二两三四五六七八九幺洞]{3,4})(?:室|号房?|户|房)?"
)
_ROOM = re.compile(
    r"(?:(?<=号楼)|(?<=[栋幢座]))(?P<room>\d{3,4}|[零〇一二两三四五六七八九幺洞]{3,4}?(?=一[直共样起下来到点个户])|[零〇一二两三四五六七八九幺洞]{3,4})(?:室|号房?|房)?(?!\d|[户人个度块元])|(?:房号|门牌|室号|房间号)[^。\d零〇一二两三四五六七八九幺洞]{0,7}(?P<told>\d{3,4}|[零〇一二两三四五六七八九幺洞]{3,4})(?!\d|号)|(?:我|家)住(?P<home>\d{3,4}|[零〇一二两三四五六七八九幺洞]{3,4})(?!\d|[号弄路])|(?<!\d)(?P<only>\d{3,4}|[零〇一二两三四五六七八九幺洞]{3,4})(?:室|房(?!子))"
)

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
    "郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢岳齐梅莫庄辛祝左涂谷祁舒耿牟"
    "卜詹苗凌纪靳盛童欧甄项曲游裴屈鲍覃霍翁隋甘景柏柯阮桂闵柴冉雷肖闫骆喻冷娄宫仇楚蓝狄滕晏佘刁蒙岑鄢窦郎瞿蒲湛邬"
)
_RARE = "管费尚符麦池闻艾廉司商简练原麻储安关向解华成明单路车时全强房边查位包阳丛卫米党连权宁皮由古满来印花展戚丰支敖"  # family names that are more often words
_DOUBLE = "欧阳|司马|上官|诸葛|慕容|尉迟|皇甫|司徒|令狐|端木|夏侯|公孙"
_NAME = rf"(?:{_DOUBLE}|[{SURNAMES}])[{_HAN}]{{1,2}}"
_CALLED = rf"(?:(?:{_DOUBLE})[{_HAN}]{{1,2}}|[{SURNAMES}{_RARE}][{_HAN}]{{1,2}})"
_TITLE = "先生|女士|师傅|师父|老师|经理|主任|主管|组长|科长|大姐|大哥|大爷|大妈|大娘|大叔|阿姨|叔叔|奶奶|爷爷|姑娘|班长|所长|站长|队长|书记|村长|支书|会计|电工|工程师|小姐|同志|律师"
_NAMED = re.compile(
    rf"(?:我叫|名字[叫是]|户主[叫是]?|户名[叫是]?|姓名[是:]?|本人|抬头写?|联系人[是叫:]?)(?P<name>{_NAME})(?=[,。!? 的,、\d]|$|户号|电话|手机|住|要|想|家|申请|办理)"
    rf"|(?:我是|叫做?|[表费工作务人]员|师傅|客服|电工)(?P<maybe>{_NAME})(?=[,。!? 的,、]|$|户号|电话|手机|住|要|想|家|收|来|把|说|态度|服务)"
    rf"|(?:儿子|女儿|闺女|侄[女子]|外甥女?|孙[子女]|老[公婆]|爱人|媳妇|丈夫|妻子|[爸妈哥姐弟妹]|父亲|母亲|邻居|房东|租客|业主)(?P<kin>{_NAME})(?=[,。!? 的,、]|$|名下|家|电话|手机)"
    rf"|(?:我叫|名叫|他叫|她叫|名字[叫是])(?P<called>{_CALLED})(?=[,。!? 的,、]|$)"
    rf"|(?P<title>(?:{_DOUBLE}|[老小]?[{SURNAMES}])(?:{_TITLE}))"
    rf"|(?:^|[的叫是员向谢找,、])(?P<full>[{SURNAMES}](?![{SURNAMES}])[{_HAN}]{{1,2}})(?=先生|女士|师傅|老师|经理|同志)"
    rf"|(?<!不)姓(?P<family>{_DOUBLE}|[{SURNAMES}{_RARE}])(?![名什])"
    rf"|(?:叫我|我是|客户|[找问谢扬转的所班队工]|感谢|师傅|客服|[和跟与啊,]|^)(?P<nick>[老小][{SURNAMES}])(?=[,。!? ]|$|[和说就啊吧来去修太很真人]|服务|态度|技术)"
)
_NOT_PERSON = re.compile(
    r"^(?:常|高|金|万|石|白|江|方|文|易|于|任|何|范|余|石|向|段|田|龙)(?:来|常|压|额|家|法|便|时|是|何|处|围|以|师傅)|.*[的了部员吧吗呢啊咯你我他她那位着]$|^高[一二三]$|^(?:施工|管[理道片家]|水电|平时|单位|严重|程序|金牌)"
)


@cache
def known_places() -> re.Pattern[str]:
    """Names of data/lookups/communities.txt, the longest first."""
    names = [n for n in (LOOKUPS / "communities.txt").read_text(encoding="utf-8").split() if n]
    return re.compile(
        "("
        + "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        + rf")(?:小区(?=[{_HAN}\d]))?({_BUILDING})?"
    )


@cache
def known_roads() -> re.Pattern[str]:
    names = [n for n in (LOOKUPS / "roads.txt").read_text(encoding="utf-8").split() if n]
    joined = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"({_ADMIN})?({joined})(?:(\d{{1,4}}|[零一二三四五六七八九十百]{{1,5}})(?:号(?!线|楼)|弄))?(?:桥头|路口)?"
    )


def figures(text: str) -> str:
    """Chinese numerals before 号 栋 幢 座 组 期 区 弄 as Arabic ones: 三号楼 → 3号楼."""
    return (
        re.sub(
            r"[零〇一二三四五六七八九十百两]+(?=号(?!$)|号楼|号院|号$|栋|幢|座|组|期|弄|单元)",
            lambda m: (
                str(int_of(m.group())) if "一号" not in text[m.start() : m.end() + 1] or "一号楼" in text else m.group()
            ),
            text,
        )
        .replace(" ", "")
        .upper()
    )


def known_spans(text: str) -> list[Span]:
    """Places of the lists; they count before anything a pattern guesses."""
    places = known_places().finditer(text)
    return [Span(m.start(), m.end(), "community", _named_place(m[1], m[2])) for m in places]


_NO_PLACE = re.compile(
    r"插座|改成|建议|搬|小程序|咨询|新园区|一个|[些偷]|[长到日假工周定][期]|销户|注销|报(?!社|业)|^(?:学生|出租|职工|希望|期间|安全进?)|^[说改哪换求某开一]"
)
_INSIDE = re.compile(r"[田地水屋家手心厂店楼院房箱墙车库沟井路夜这那哪嘴柜桶河塘]里$")
_NO_ROAD = re.compile(r"(?:一|这|那|整|哪)条[街路巷]|步行街|马路|半路|线路|网路|电路|公路")


def is_name(name: str) -> bool:
    """小区, 我们村 and 水田里 name no place."""
    no_name = (
        name in _NOT_NAMES
        or _NOT_START.match(name)
        or _INSIDE.search(name)
        or _NO_PLACE.search(name)
        or re.match(r"\d+号(?!楼|院)", name)
    )
    return len(name) >= 3 and not no_name


def is_road(name: str) -> bool:
    """An address names a road or a number in one; a town alone is none (intents.md 2)."""
    return bool(re.search(r"[路街巷弄]|大道|胡同|\d号", name)) and not _NO_ROAD.fullmatch(name)


def _community(text: str) -> Iterator[Span]:
    for match in (*_COMMUNITY.finditer(text), *_ALONE.finditer(text)):
        group = 1 if match[1] else 3
        cut = _STOP.match(match[group][:-2])
        start = match.start(group) + (cut.end() if cut else 0)
        name = text[start : match.end(group)]
        last = group + 1 if match.lastindex and match.lastindex > group else group
        if len(name) <= 8 and is_name(name):
            yield Span(start, match.end(last), "community", _named_place(name, match[last] if last > group else None))


# A building told alone corrects or completes a place: 不是四栋，是十四栋.
_ONLY_BUILDING = re.compile(
    r"(?:^|[是成为在住]|改到)((?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-z])(?:号楼|栋|幢|座))(?=[的吧啊嘛,。! ]|$|\d?单元|[一二三四五六七八九]单元)"
)


def _buildings(text: str) -> Iterator[Span]:
    for match in _ONLY_BUILDING.finditer(text):
        yield Span(*match.span(1), "community", figures(match[1]))


def _named_place(name: str, building: str | None) -> str:
    return name.upper() + (figures(building) if building else "")


def _address(text: str) -> Iterator[Span]:
    for match in (*known_roads().finditer(text), *_ADDRESS.finditer(text)):
        raw = match.group()
        cut = _STOP.match(raw[: max(0, raw.find("路") - 1)]) or re.match(r".*[在是的了住到](?=.{2,3}[路街巷])", raw)
        start = match.start() + (cut.end() if cut else 0)
        if match.end() - start >= 3:
            yield Span(start, match.end(), "address", figures(text[start : match.end()]))


def _rooms(text: str) -> Iterator[Span]:
    for match in _UNIT_ROOM.finditer(text):
        yield Span(match.start(), match.end(), "room", f"{int_of(match['unit'])}-{digits_of(match['room'])}")
    for match in _ROOM.finditer(text):
        group = next(name for name in ("room", "told", "home", "only") if match[name])
        start = match.start(group) if group in ("told", "home") else match.start()
        yield Span(start, match.end(), "room", digits_of(match[group]))


def people(text: str) -> tuple[list[Span], list[Span]]:
    """Names whose words before or behind leave no doubt (我叫…, …师傅), and those after words that may mean others."""
    sure: list[Span] = []
    maybe: list[Span] = []
    for match in _NAMED.finditer(text):
        group = next(name for name, said in match.groupdict().items() if said)
        start, end = match.span(group)
        start += _thanking(text[start:end])
        thanked = text[start - 1 : start] == "谢" == text[start]
        if not (thanked or (group != "family" and _NOT_PERSON.match(text[start:end]))):
            (maybe if group in ("maybe", "kin", "full") else sure).append(
                Span(start, end, "person_name", text[start:end])
            )
    return sure, maybe


def _thanking(name: str) -> int:
    """How many signs of 谢胡师傅 in 谢谢胡师傅, 向陈师傅 and the like stand before the name."""
    thanked = re.match(rf"(?:谢+|向|于|给)(?=[{SURNAMES}](?:{_TITLE}|[{_HAN}]))", name)
    return thanked.end() if thanked else 0


def place_spans(text: str) -> list[Span]:
    return [*_rooms(text), *_address(text), *_community(text), *_buildings(text)]
