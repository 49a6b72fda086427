"""Which values of the closed sets are said in a sentence, and which of them count in its intent (`wordings.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.nlu.grammar_places import LOOKUPS
from bot.nlu.spans import Span, without_overlaps
from bot.nlu.wordings import BACK, CHANNELS, SCOPES, SERVICES, STANDARD, SYMPTOMS, TOO_WIDE, URGENCIES, Table

ABOUT_MONEY = {"pay_bill", "bill_query", "bill_detail", "bill_dispute", "invoice", "reconnect", "correction", "affirm"}
# What an intent is about; another service is believed there only when it is called by its very name.
SERVICES_OF: dict[str, frozenset[str]] = {
    "new_connection": frozenset({"新装", "增容", "临时用电", "分户"}),
    "account_change": frozenset(
        {"过户", "更名", "销户", "暂停", "减容", "改类", "分时", "多人口", "绑定", "解绑", "改联系方式"}
    ),
    "meter_issue": frozenset({"校表", "换表", "移表"}),
    "ev_pv": frozenset({"充电桩", "光伏"}),
    "reconnect": frozenset({"复电"}),
}


def _synonyms() -> dict[str, list[str]]:
    """Wordings by value, each as a pattern: signs of Han as they are, letters as a word of their own."""
    found: dict[str, list[str]] = {}
    for line in (LOOKUPS / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        standard, _, wordings = line.partition(":")
        for word in wordings.strip().lower().split("、") if standard in STANDARD else ():
            if len(word) > 1 and word not in TOO_WIDE:
                pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
                found.setdefault(STANDARD[standard], []).append(pattern)
    return found


def _with_synonyms(table: Table, more: dict[str, list[str]]) -> Table:
    return tuple((value, "|".join([pattern, *more.get(value, ())])) for value, pattern in table)


_MORE = _synonyms()
TABLES: dict[str, Table] = {
    "fault_symptom": _with_synonyms(SYMPTOMS, _MORE),
    "business_type": _with_synonyms(SERVICES, _MORE),
    "pay_channel": _with_synonyms(CHANNELS, _MORE),
    "scope": SCOPES,
    "urgency": URGENCIES,
}
_COMPILED = {
    entity: re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (_, pattern) in enumerate(table)))
    for entity, table in TABLES.items()
}
_ROWS = {entity: [(value, re.compile(pattern)) for value, pattern in table] for entity, table in TABLES.items()}


_BACK = re.compile(BACK)
_DENIED = re.compile(r"(?:没有?|不是?|无|未)(?:闻到|看到|看见|听到|见|什么|任何|有|再|是|冒|打|起|被)?$")
_DENIED_INSIDE = re.compile(r"没(?:有)?[跳掉倒断闪冒]")


_WISHED = re.compile(r"(?:立即|赶紧|马上|紧急|急需|快点?|请|切|先|帮忙|把)$")


def _is_denied(text: str, start: int, end: int) -> bool:
    """没有烟 and 开关没跳 name a symptom that is not there, 快断电 one that is wished for."""
    if re.match(r"[停断]电|电停", text[start:end]) and _WISHED.search(text[:start]):
        return True
    return bool(_DENIED.search(text[:start]) or _DENIED_INSIDE.search(text[start:end]))


_PROMISED = re.compile(r"(?:说|讲|答应|承诺|回复|通知)[^,。!?急]{0,8}$")


def _is_promised(text: str, start: int, end: int) -> bool:
    """师傅说马上到 tells of somebody's promise, not of the customer's hurry."""
    return bool(_PROMISED.search(text[:start])) and "急" not in text[start:end]


_BEYOND = re.compile(r"(?:(?<!是)不是|不止|不光|不单(?:是)?|并非)(?:只有?|就|光)?$")


def _is_beyond(text: str, start: int, end: int) -> bool:
    """不是整栋 and 不止我一家 say how far it does not reach, 不是新装 what is not wanted."""
    return bool(_BEYOND.search(text[:start]))


def _never(text: str, start: int, end: int) -> bool:
    return False


_NEGLECTED = {"fault_symptom": _is_denied, "urgency": _is_promised, "scope": _is_beyond, "business_type": _is_beyond}


def _table_spans(text: str, entity: str, values: frozenset[str] | None = None) -> Iterator[Span]:
    """Earlier rows win where two overlap; only those of `values`, when given, are looked at."""
    if not _COMPILED[entity].search(text):
        return
    taken: list[tuple[int, int]] = []
    for value, pattern in _ROWS[entity]:
        for match in pattern.finditer(text) if values is None or value in values else ():
            start, end = match.span()
            if end > start and not any(start < e and s < end for s, e in taken):
                taken.append((start, end))
                if _NEGLECTED.get(entity, _never)(text, start, end):
                    continue
                yield Span(start, end, entity, value)


_SPECIAL = {"充电桩", "光伏", "增容", "临时用电", "分户", "换表", "移表", "校表"}


def _said_once(spans: Iterable[Span]) -> list[Span]:
    """The first mention of each value."""
    first: dict[str, Span] = {}
    for span in sorted(spans):
        first.setdefault(span.value, span)
    return list(first.values())


def _told_apart(services: list[Span]) -> list[Span]:
    """充电桩报装 is no 新装 as well, 解绑户号 no 绑定."""
    kinds = {span.value for span in services}
    weaker = ({"新装"} if kinds & _SPECIAL else set()) | ({"绑定"} if "解绑" in kinds else set())
    return [span for span in services if span.value not in weaker]


def services(text: str, found: Sequence[Span], intent: str) -> list[Span]:
    """The services of a sentence of this intent: its own in any wording, others where their very name is said."""
    own = SERVICES_OF.get(intent)
    if own is None:
        return _asked_about(text, list(found))
    told = [*_table_spans(text, "business_type", own), *(_asked_back(text) if "复电" in own else ())]
    named = [span for span in found if span.value in text[span.start : span.end]]
    return _told_apart(_said_once(without_overlaps(told or named)))


_POWER_BACK = re.compile("复电|送电|恢复[供送]电|欠费")


def _asked_about(text: str, found: list[Span]) -> list[Span]:
    """Of rules one asks by name; 从申请到通电 and 停了再恢复 belong to the service named beside them."""
    return [s for s in found if s.value != "复电" or (len(found) == 1 and _POWER_BACK.search(text))]


def _asked_back(text: str) -> Iterator[Span]:
    for match in _BACK.finditer(text):
        yield Span(*match.span(), "business_type", "复电")


# Who urges wants it quickly: 快点 is the wish itself there, as data/nlu marks it; only these words are said on top.
_SAID_OF_HURRY = re.compile("急|尽[快早]|赶[紧快]")


def urgencies(text: str, found: Sequence[Span], intent: str) -> list[Span]:
    """Hurry that is said in so many words; in a call to urge and a complaint fewer words say it."""
    sparing = intent in ("ticket_urge", "complaint")
    return [s for s in found if not sparing or s.value != "急" or _SAID_OF_HURRY.search(text[s.start : s.end])]


def symptoms(text: str, found: Sequence[Span], intent: str) -> list[Span]:
    """A crackle is told along with the danger itself: 插座打火啪啪响 is 火花."""
    heard = [s for s in found if s.value != "异响"]
    return heard if heard and intent == "fault_emergency" else list(found)


_PAYS = re.compile(r"[交缴付充扣划]|转账|到账|没到|(?<!电)费(?!用)")
_NEAR = 8


def pay_channels(text: str, found: Sequence[Span], intent: str) -> list[Span]:
    """Ways to pay where paying is spoken of: anywhere when the intent is about money, else close by."""
    if intent == "pay_bill":  # 现金行不行: what it is for goes without saying
        return _said_once(_table_spans(text, "pay_channel"))
    if intent in ABOUT_MONEY:
        return list(found)
    return [
        s for s in found if _PAYS.search(text[max(0, s.start - _NEAR) : s.start] + " " + text[s.end : s.end + _NEAR])
    ]


_MONEY = re.compile(r"[交缴付充扣划钱费存款收补块]")


def word_spans(text: str) -> dict[str, list[Span]]:
    """Every value of every table said in `text`, by entity; kinds may overlap each other, values of one kind do not."""
    found = {entity: _said_once(_table_spans(text, entity)) for entity in TABLES}
    found["business_type"] = _told_apart(found["business_type"])
    if not _MONEY.search(text):
        found["pay_channel"] = []
    return found
