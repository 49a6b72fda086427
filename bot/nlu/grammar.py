"""Everything the grammar finds in a sentence, and what of it counts once the intent is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.nlu.grammar_numbers import number_spans
from bot.nlu.grammar_places import known_spans, people, place_spans
from bot.nlu.grammar_words import pay_channels, services, symptoms, urgencies, word_spans
from bot.nlu.spans import Span, without_overlaps
from kernel.dates_zh import periods_in

# domain/intents.md 2: these two are marked in these intents only; the others make no sense in some.
ONLY_IN = {
    "fault_symptom": {"fault_report", "fault_emergency"},
    "business_type": {"new_connection", "account_change", "meter_issue", "ev_pv", "reconnect", "policy_material"},
    "scope": {"fault_report", "fault_emergency", "outage_query", "complaint", "ticket_urge", "ticket_progress"}
    | {"correction", "affirm", "deny"},
}
_NOT_IN = {
    "pay_channel": {"business_hall", "suggestion", "praise", "out_of_scope", "chitchat_other", "safety_saving"},
    "urgency": {"safety_saving", "out_of_scope", "chitchat_other", "suggestion", "price_policy", "praise", "thanks"},
}
# Bills lie behind us, appointments and planned outages before us (intents.md: period).
PAST = {
    "bill_query",
    "bill_detail",
    "bill_dispute",
    "pay_bill",
    "invoice",
    "ticket_progress",
    "ticket_urge",
    "praise",
    "whistleblow",
    "complaint",
}
COMING = {"callback_request", "business_hall"}
_PLANNED = re.compile(r"就?约(?!莫)|拟(?:于|在)|听说.{0,8}停|全天停|停电计划|计划停电|要停电")


@dataclass(frozen=True)
class Found:
    """Numbers, dates, places and names (`plain`, without overlaps) and the closed sets by entity (`tables`).

    `ranked` is what `plain` was chosen from, the surest first; `guessed` are the places of it that only a pattern saw.
    """

    plain: tuple[Span, ...]
    tables: dict[str, list[Span]]
    ranked: tuple[Span, ...] = ()
    guessed: frozenset[Span] = frozenset()

    @property
    def edges(self) -> list[Span]:
        """Everything a word must not cross."""
        return [*self.plain, *(span for spans in self.tables.values() for span in spans)]

    @property
    def values(self) -> list[str]:
        """`entity=value` of the closed sets, for the classifier."""
        return [f"{s.entity}={s.value}" for spans in self.tables.values() for s in spans]


def _is_no_day(text: str, start: int) -> bool:
    """大一号 is a size, 附六号 a door."""
    return text[max(0, start - 1) : start] in ("大", "小", "附")


def find(text: str, today: date) -> Found:
    """What the grammar sees in a cleaned sentence, before anything is known of its intent."""
    numbers, places = number_spans(text), place_spans(text)
    order = [s for s in numbers if s.entity in ("ticket_no", "amount")]
    sure = [s for s in numbers if s.entity not in ("ticket_no", "amount", "digits")]
    bare = [s for s in numbers if s.entity == "digits"]
    periods = [
        Span(p.start, p.end, "period", p.value) for p in periods_in(text, today) if not _is_no_day(text, p.start)
    ]
    longest = sorted(places, key=lambda s: (s.entity != "room", s.entity != "address", s.start - s.end))
    rooms = [s for s in longest if s.entity == "room"]
    named, maybe = people(text)
    known = [*known_spans(text), *named]
    ranked = (*order, *sure, *rooms, *known, *longest, *maybe, *periods, *bare)
    guessed = frozenset([*longest, *maybe]) - frozenset([*rooms, *known])
    return Found(tuple(without_overlaps(ranked)), word_spans(text), ranked, guessed)


def entities(text: str, found: Found, intent: str, today: date, learnt: Sequence[Span] = ()) -> list[Span]:
    """The entities of a sentence of this intent; places `learnt` by the CRF count before those a pattern guessed."""
    ahead = True if intent in COMING or _PLANNED.search(text) else False if intent in PAST else None
    again = {(p.start, p.end): p.value for p in periods_in(text, today, ahead=ahead)} if ahead is not None else {}
    believed = [s for s in found.ranked if not any(_gives_way(s, m, s in found.guessed) for m in learnt)]
    ranked = [s._replace(value=again.get((s.start, s.end), s.value)) if s.entity == "period" else s for s in believed]
    kept = _without_replaced(text, without_overlaps([*ranked, *learnt]), intent)
    for entity, spans in found.tables.items():
        kept = without_overlaps([*kept, *_cut_free(_in_intent(text, entity, spans, intent), kept)])
    return _without_echo(text, kept)


_SHORT = 3  # signs; 工业园 and 翠苑 of the list stand in the names of other places too


def _gives_way(span: Span, learnt: Span, guessed: bool) -> bool:
    """Whether what the CRF found counts in place of the grammar's: guesses, and a short known name within a longer."""
    if not span.overlaps(learnt):
        return False
    within = learnt.start < span.start and span.end <= learnt.end and span.end - span.start <= _SHORT
    return guessed or (within and span.entity == learnt.entity == "community")


def _without_echo(text: str, spans: list[Span]) -> list[Span]:
    """幸福里，那个幸福里 names one place."""
    first: dict[tuple[str, str], Span] = {}
    for span in spans:
        first.setdefault((span.entity, text[span.start : span.end]), span)
    return list(first.values())


def _in_intent(text: str, entity: str, spans: list[Span], intent: str) -> list[Span]:
    """Those of a closed set that count in this intent."""
    if intent not in ONLY_IN.get(entity, {intent}) or intent in _NOT_IN.get(entity, ()):
        return []
    choose = {
        "business_type": services,
        "pay_channel": pay_channels,
        "fault_symptom": symptoms,
        "urgency": urgencies,
    }.get(entity)
    return choose(text, spans, intent) if choose else spans


def _cut_free(spans: Iterable[Span], kept: Sequence[Span]) -> Iterator[Span]:
    """A wording that reaches into a place or number gives way there: 3号楼[灯一闪一闪]."""
    for span in spans:
        start, end = span.start, span.end
        for other in kept:
            if other.start <= start < other.end:
                start = other.end
            elif start < other.start < end:
                end = other.start
        if start < end:
            yield span._replace(start=start, end=end)


_NOT = re.compile(r"(?<!是)不是(?:在|住|叫|说)?$")
_INSTEAD = re.compile(r"(?:错了?|不对)?[,。 ]?(?:而|应该|应当|要)?(?:是|改成|改为|换成|改到)(?:在|住|叫)?")


def _without_replaced(text: str, spans: list[Span], intent: str) -> list[Span]:
    """不是九月，是十月: the value taken back is no entity (intents.md 2)."""

    def is_replaced(span: Span) -> bool:
        others = [s for s in spans if s.entity == span.entity and s.value != span.value]
        if _NOT.search(text[: span.start]):
            return intent == "correction" or bool(others)
        after = next((s for s in others if s.start >= span.end), None)
        between = text[span.end : after.start] if after else ""
        return intent == "correction" and bool(after) and bool(_INSTEAD.fullmatch(between))

    return [span for span in spans if not is_replaced(span)]
