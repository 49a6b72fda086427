"""What did these words mean for the thing that was asked? Small readers, each answers None when they do not say.

They are tables and patterns rather than models: inside a form the question is known, so little has to be guessed.
"""

from __future__ import annotations

import itertools
import re
from typing import Any, Literal

from actions.turn import Turn
from kernel import phone as phones
from kernel.numbers_zh import digits_of

_YES = re.compile(
    r"^(对+的?|是+的?|是啊|对头|没错|正确|可以的?|好+的?|好呀|行+的?|嗯+|要的?|要得|需要|确认|没问题|没毛病|没意见|得|得嘞|得咧|得啊|要得嘛|系|系嘅|系啊|啱|嗯呐|恩|是嘛|是噻|对嘞|妥|木问题|冇问题|不是不行|没有不对|没错的|不会错|成|中|ok|OK|yes|是嘛|当然|登记吧?|订阅?|开吧|办吧?|缴|愿意|同意|就这个|就这样|合上了|有电了|来电了|好了)"
    r"(?:[，。！,.!~\s]|的|吧|啊|呀|嘛|呢|了|哈|对|是|可以|好|行|谢谢|你|您)*$"
)
_NO = re.compile(
    r"^(不+|不是的?|不对|错了?|没有?|不用了?|不要了?|不需要|算了|否|不行|不可以|不登记|不订|先不用?|暂时不用|no|NO|还是没有?|没合上|又跳了?|还跳|没电|唔系|唔使|唔要|唔得|冇|莫得|不得|不中|不要得|不用嘞|木有|没得|莫)(?:[，。！,.!~\s]|的|吧|啊|呀|了|谢谢|不用|不是|不对)*$"
)
_YES_START = re.compile(r"^(可以|对|是的|好的?|行|嗯|要)[，,。 ]")
_CORRECTS = re.compile(r"(不对|不是|错了|说错|搞错|弄错|听错|改成|改为|改一下|换成|应该是|更正|要改|改到)")


def is_yes(turn: Turn) -> bool:
    if turn.kind == "choice":
        return turn.intent == "affirm"
    text = turn.text.strip()
    return bool(_YES.match(text) or _YES_START.match(text)) or (turn.intent == "affirm" and not is_no_text(text))


def is_no_text(text: str) -> bool:
    return bool(_NO.match(text.strip()))


def is_no(turn: Turn) -> bool:
    if turn.kind == "choice":
        return turn.intent == "deny"
    return is_no_text(turn.text) or (turn.intent == "deny" and not _YES.match(turn.text.strip()))


def corrects(turn: Turn) -> bool:
    """The customer says that something heard before was wrong."""
    return turn.intent == "correction" or bool(_CORRECTS.search(turn.text))


def cannot_say(text: str) -> bool:
    """They do not know or cannot look; not an answer, and not to be asked again."""
    return bool(
        re.search(
            r"不知道|不清楚|不晓得|不记得|忘了|忘记|没有单号|找不到|看不到|看不了|不会看|没法看|不在家|在外面|不方便|没在家",
            text,
        )
    )


_NONE = re.compile(
    r"没有|没带|没得|莫得|冇|不方便|不想(说|给|留|讲|填)|不(给|留|说|填)$|不告诉|不知道|唔知|不晓得|晓不得|不记得|记不(得|住|清)|忘了|忘记|"
    r"随便|都行|都可以|都好|你定|您定|无所谓|找不到|看不[到见清]|弄丢|丢了"
)
SHORT = 24  # signs; a longer sentence tells something


def has_none(text: str) -> bool:
    """They have it not, know it not or would rather not say; 随便 leaves it to us."""
    return len(text) <= SHORT and bool(_NONE.search(text))


_CANNOT_CHECK = re.compile(
    r"看不(了|到|见|清|懂)|不会(弄|看|搞|推|开|整)|不敢(碰|动|弄|去|看)|(腿|脚|腰)(脚)?(不好|不便|不方便|疼|断)|行动不便|走不(动|了|远)|轮椅|残疾|盲人|失明|卧床|"
    r"瘫|摸黑|太黑|黑灯瞎火|黑漆漆|够不(着|到)|不在家|在外面|在上班|没在家|独居|一个人在家|一个人住|孤寡|年纪(大|不小)|岁数大|上了?年纪|[七八九]十(多|几)?岁|"
    r"老人(一个人|自己)|孕妇|怀孕|抱着孩子|不方便看|没法看|我不会"
)


def cannot_check(text: str) -> bool:
    """Old, alone, in the dark, disabled or away: nobody is sent to the fuse box (etiquette 10)."""
    return bool(_CANNOT_CHECK.search(text))


_PLACE = ("address", "community", "room")
_PLACE_WORDS = re.compile(
    r"[\u4e00-\u9fff\d]{2,}(?:小区|花园|新村|新城|家园|公寓|大厦|广场|村|镇|乡|路|街|巷|里|苑|湾|号楼|栋|幢|单元|桥头|路口|旁边|对面|门口|厂|学校|医院|市场|一号|\d+号|\d+组|[一二三四五六七八九十]+组)"
)


def place(turn: Turn) -> str | None:
    """The place that was named, in the customer's own words where it is one piece; None when none was."""
    found = sorted((e for e in turn.entities if e.get("entity") in _PLACE), key=lambda e: e.get("start") or 0)
    if not found:
        return None
    if all("end" in e for e in found) and _is_one_piece(turn.text, found):
        return turn.text[int(found[0]["start"]) : int(found[-1]["end"])].replace(" ", "")
    parts: list[str] = []
    for entity in found:
        value = str(entity["value"]).replace(" ", "")
        part = _room(value) if entity.get("entity") == "room" else value
        if part not in "".join(parts):
            parts.append(part)
    return "".join(parts) or None


def _is_one_piece(text: str, found: list[Any]) -> bool:
    return all(not text[int(one["end"]) : int(two["start"])].strip(" 的，,") for one, two in itertools.pairwise(found))


def _room(value: str) -> str:
    unit, dash, room = value.rpartition("-")
    return f"{unit}单元{room}" if dash else room


def building(text: str) -> str | None:
    """12栋, 三号楼: a building alone, for a community named before."""
    match = re.search(r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})(栋|幢|号楼)", text)
    return match[0] if match else None


_LEAD_IN = re.compile(
    r"^(我在|我家在|我家是|我家住|我家|我们家|我住|我们|在|地址是|地点在|地点是|就是|是|改成|不对|不是|对了|那个|嗯|，|,|、|。|\s)+"
)


_NO_PLACES = re.compile(r"噼里啪啦|[这那哪家屋夜心手嘴车]里|里面|哗里哗啦")


def place_words(text: str) -> str | None:
    """Words that look like a place although no entity was found; the first clause that does."""
    for clause in re.split(r"[。；;!！?？\n]", text):
        if _PLACE_WORDS.search(_NO_PLACES.sub("", clause)):
            return _LEAD_IN.sub("", clause.strip("，, "))[:60] or None
    return None


def contact_phone(turn: Turn) -> str | None:
    """A whole telephone number, None when there is none."""
    for candidate in (turn.entity("phone") or "", turn.value if turn.kind == "digits" else "", turn.text):
        number = phones.normalise(candidate)
        if phones.is_phone(number) and len(number) != 10:
            return number
        if match := re.search(r"1[3-9]\d{9}", number):
            return match[0]
    return None


# 后四位, 最后一位, 六位数字, 第二次, 两遍: figures that count, not figures of the number.
_COUNTS = re.compile(r"[第后前末尾最面]*[0-9零一二两三四五六七八九十]+(位|遍|次|个号|下)")


def digits_of_text(text: str) -> str:
    """Every digit said in a text, those that only count left out."""
    return digits_of(_COUNTS.sub("", text))


def digits(turn: Turn) -> str:
    """Every digit said, typed or keyed in this turn."""
    if turn.kind == "digits" and turn.value:
        return digits_of(turn.value)
    return digits_of_text(turn.text)


def gathered(turn: Turn, before: str, *, length: int) -> str:
    """Digits of a number that is said in pieces over several turns (一零零二 … 三四五), as far as they are known now.

    A piece that would make the number too long begins anew. Only spoken pieces are joined: what is typed in figures
    and too short is a slip, and said to be.
    """
    said = digits(turn)
    is_spoken = turn.is_phone or not re.search(r"[0-9]", turn.text)
    if not is_spoken:
        return said
    return before + said if len(before + said) <= length else said


def with_tail(number: str, tail: str) -> str:
    """后面四位是二三四六: the number with its end put right."""
    return number[: -len(tail)] + tail


def tail4(turn: Turn) -> str | None:
    """Four digits that correct the end of a number: 后面四位是2346."""
    said = digits(turn)
    return said if len(said) == 4 else None


_SYMPTOMS: tuple[tuple[str, str], ...] = (
    (r"一闪|闪烁|闪来闪去|忽明忽暗|都闪|在闪|灯闪", "闪烁"),
    (r"电压低|灯暗|很暗|带不动|都暗|太暗", "电压低"),
    (r"电压高|特别亮|电压太高", "电压高"),
    (r"一部分|部分|只有.{0,8}没电|有的.{0,6}没电|厨房|卧室|客厅|半屋|有个屋|一半|个别|就.{1,4}没电", "部分停电"),
    (r"跳闸|老跳|一开就跳|跳了", "跳闸"),
    (r"全屋|全家|都没电|全没电|整个没电|全都没|没电|停电|断电|黑了|没有电|莫得电|没亮|不亮|全没|全部", "停电"),
)


def symptom(turn: Turn) -> str | None:
    """One of the symptoms of domain/intents.md."""
    if turn.kind == "choice" and turn.value in {"停电", "部分停电", "闪烁", "电压低", "跳闸"}:
        return turn.value
    for entity in turn.entities:
        before = turn.text[max(int(entity.get("start") or 0) - 2, 0) : int(entity.get("start") or 0)]
        if entity.get("entity") == "fault_symptom" and not re.search(r"[没无不未]", before):
            return str(entity["value"])
    return symptom_words(turn.text)


def symptom_words(text: str) -> str | None:
    return next((name for pattern, name in _SYMPTOMS if re.search(pattern, text)), None)


def scope(turn: Turn) -> str | None:
    """一户 整栋 整片, None when not said."""
    if value := turn.entity("scope"):
        return value
    text = turn.text
    if re.search(r"整栋|全楼|一栋|整个单元|整层|楼上楼下都|楼里都", text):
        return "整栋"
    if re.search(
        r"整个小区|整片|全小区|整条街|全村|一片|周围都|附近都|邻居(家)?(也|都)(没|停|闪|暗)|(?<!全家)(?<!我家)(?<!屋里)(?<!家里)都(没电|停了)",
        text,
    ):
        return "整片"
    if re.search(
        r"就我(们)?家|只有我(们)?家|我(们)?一家|我家一户|邻居(家|家里|他们)?.{0,2}有(电)?|别人家有|别家有|楼道有", text
    ):
        return "一户"
    return None


Said = Literal["yes", "no", "unknown"]


_NEIGHBOUR_HAS = re.compile(r"(邻居|别人|别家|对门|楼上|楼下|隔壁|楼道|他们).{0,4}有(电|的|$|，|。|,)?")


def neighbour_out(text: str) -> Said | None:
    """Are the neighbours without power too?"""
    if re.search(r"邻居.{0,4}(也没|都没|没有电|没电|也停)|整栋.{0,3}没|都没电|都停|附近都|对门.{0,3}没", text):
        return "yes"
    if re.search(_NEIGHBOUR_HAS, text) or re.match(r"^有电?(的|[，,。 ]|$)", text):
        return "no"
    return None


def breaker_tripped(text: str) -> Said | None:
    """Has the main switch, or a small one, dropped?"""
    if re.search(r"(没|没有|未)(往下)?(掉|跳)|(开关|空开|闸|漏保).{0,4}(好的|好好|正常|没事|没动)|合着", text):
        return "no"
    if re.search(r"(掉|跳|落)(下来|了|下)", text) or re.search(r"(开关|空开|闸|漏保|有个).{0,4}(掉|跳)", text):
        return "yes"
    return None
