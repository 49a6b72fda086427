"""`python -m bot.nlu.gate`: is the training data fit to train on?

Prints what is wrong, a line each; exit code 1 when anything is.

- intents are those of domain/intents.md, each with at least thirty own sentences
- no sentence stands in two intents, none twice, none of the held-out file is trained on
- entities are those of domain/intents.md, every annotation lies on token edges
The share of each register is printed for information.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.nlu.cleaning import cleaned
from bot.nlu.examples import HELDOUT, Example, examples, heldout
from bot.nlu.reader import prepare
from kernel import clock

INTENTS = frozenset(
    [
        "greet",
        "goodbye",
        "thanks",
        "affirm",
        "deny",
        "bot_challenge",
        "chitchat_other",
        "ask_human",
        "callback_request",
        "cancel",
        "correction",
        "repeat",
        "out_of_scope",
        "bill_query",
        "bill_detail",
        "bill_dispute",
        "pay_bill",
        "invoice",
        "price_policy",
        "outage_query",
        "fault_report",
        "fault_emergency",
        "ticket_progress",
        "ticket_urge",
        "complaint",
        "whistleblow",
        "suggestion",
        "praise",
        "new_connection",
        "account_change",
        "meter_issue",
        "ev_pv",
        "reconnect",
        "business_hall",
        "policy_material",
        "safety_saving",
    ]
)
ENTITIES = frozenset(
    [
        "account_no",
        "phone",
        "ticket_no",
        "amount",
        "period",
        "address",
        "community",
        "room",
        "person_name",
        "fault_symptom",
        "scope",
        "urgency",
        "meter_no",
        "business_type",
        "pay_channel",
        "digits",
    ]
)
FEWEST = 30


def off_edges(data: Sequence[Example]) -> list[tuple[Example, str]]:
    """Annotations that begin or end inside a token, with their words."""
    today = clock.today()
    found = []
    for example in data:
        if example.entities:
            words = prepare(example.text, today).words
            edges = {start for _, start in words} | {start + len(word) for word, start in words}
            found += [
                (example, example.text[s.start : s.end]) for s in example.entities if not {s.start, s.end} <= edges
            ]
    return found


def _key(text: str) -> str:
    return "".join(sign for sign in cleaned(text) if sign.isalnum())


def problems(data: Sequence[Example], unseen: Sequence[Example]) -> Iterator[str]:
    counts = Counter(example.intent for example in data)
    yield from (
        f"{intent}: {counts[intent]} sentences, at least {FEWEST}"
        for intent in sorted(INTENTS)
        if counts[intent] < FEWEST
    )
    yield from (f"{intent}: not in the closed list" for intent in sorted(set(counts) - INTENTS))
    first: dict[str, Example] = {}
    for example in data:
        before = first.setdefault(_key(example.text) or example.text, example)
        if before.intent != example.intent:
            yield f"{example.file} {example.intent}: {example.text} stands also in {before.intent} ({before.file})"
    # 抱修 and 报修 mean the same and are both wanted: only the very same words are twice.
    for (intent, text), count in Counter((e.intent, e.text) for e in data).items():
        if count > 1:
            yield f"{intent}: {text} stands {count} times"
    yield from (
        f"{e.file}: {s.entity} is not in the closed list" for e in data for s in e.entities if s.entity not in ENTITIES
    )
    yield from (f"{e.file} {e.intent}: [{words}] in {e.text} is off a token edge" for e, words in off_edges(data))
    yield from (f"held out and trained on: {e.text}" for e in unseen if _key(e.text) in first and len(_key(e.text)) > 3)


def main() -> int:
    data = examples()
    found = list(problems(data, heldout() if HELDOUT.exists() else []))
    registers = Counter(example.register or "unlabelled" for example in data)
    shares = " · ".join(f"{name} {count / len(data):.0%}" for name, count in registers.most_common())
    print("\n".join(found) or f"{len(data)} sentences, {len(INTENTS)} intents, nothing to object to. {shares}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
