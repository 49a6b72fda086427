"""Everything the grammar finds in a sentence, and what of it counts once the intent is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.nlu.grammar_numbers import number_spans
from bot.nlu.grammar_places import known_spans, place_spans
from bot.nlu.grammar_words import word_spans
from bot.nlu.spans import Span, without_overlaps
from kernel.dates_zh import periods_in

# domain/intents.md 2: these two are marked in these intents only.
ONLY_IN = {
    "fault_symptom": {"fault_report", "fault_emergency"},
    "business_type": {"new_connection", "account_change", "meter_issue", "ev_pv", "reconnect", "policy_material"},
    "pay_channel": {
        "pay_bill",
        "bill_query",
        "invoice",
        "bill_dispute",
        "reconnect",
        "correction",
        "affirm",
        "price_policy",
    },
    "scope": {"fault_report", "fault_emergency", "outage_query", "complaint", "ticket_urge", "correction"},
    "urgency": {
        "fault_report",
        "fault_emergency",
        "ticket_urge",
        "new_connection",
        "reconnect",
        "callback_request",
        "ask_human",
        "account_change",
        "ev_pv",
        "meter_issue",
    },
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


@dataclass(frozen=True)
class Found:
    """`plain` are numbers, dates, places and names, without overlaps; `tables` are the closed sets, by entity."""

    plain: tuple[Span, ...]
    tables: dict[str, list[Span]]

    @property
    def edges(self) -> list[Span]:
        """Everything a word must not cross."""
        return [*self.plain, *(span for spans in self.tables.values() for span in spans)]

    @property
    def values(self) -> list[str]:
        """`entity=value` of the closed sets, for the classifier."""
        return [f"{s.entity}={s.value}" for spans in self.tables.values() for s in spans]


def find(text: str, today: date) -> Found:
    """What the grammar sees in a cleaned sentence, before anything is known of its intent."""
    numbers, places = number_spans(text), place_spans(text)
    order = [s for s in numbers if s.entity in ("ticket_no", "amount")]
    sure = [s for s in numbers if s.entity not in ("ticket_no", "amount", "digits")]
    bare = [s for s in numbers if s.entity == "digits"]
    periods = [Span(p.start, p.end, "period", p.value) for p in periods_in(text, today)]
    longest = sorted(places, key=lambda s: (s.entity != "room", s.entity != "address", s.start - s.end))
    rooms = [s for s in longest if s.entity == "room"]
    known = known_spans(text)
    return Found(tuple(without_overlaps([*order, *sure, *rooms, *known, *longest, *periods, *bare])), word_spans(text))


def entities(text: str, found: Found, intent: str, today: date, more: Sequence[Span] = ()) -> list[Span]:
    """The entities of a sentence of this intent; `more` (of the CRF) fills what the grammar left free."""
    ahead = True if intent in COMING else False if intent in PAST else None
    again = {(p.start, p.end): p.value for p in periods_in(text, today, ahead=ahead)} if ahead is not None else {}
    plain = [s._replace(value=again.get((s.start, s.end), s.value)) if s.entity == "period" else s for s in found.plain]
    kept = without_overlaps([*plain, *more])
    for entity, spans in found.tables.items():
        if intent in ONLY_IN[entity]:
            kept = without_overlaps([*kept, *spans])
    return kept
