"""`python -m bot.nlu.gate [--data FOLDER] [--unseen FILE …] [--rule NAME …]`: is the training data fit to train on?

Prints what is wrong, a line each; exit code 1 when anything is. The rules:

- `closed`: intents and entities are those of domain/intents.md
- `counts`: sentences an intent and over all
- `doubles`: no sentence stands in two intents, none twice
- `edges`: every annotation lies on token edges
- `registers`: the share of each register an intent, where the register applies
- `overmatch`: how many sentences a model that has not seen them gives to another intent, and surely
- `twins`: how many sentences have one all but equal in another intent
- `unseen`: no sentence kept for measuring is trained on
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.nlu.cleaning import cleaned
from bot.nlu.examples import DATA, UNSEEN, Example, examples, sentences_of
from bot.nlu.intents import calibrated, out_of_fold
from bot.nlu.prepared import Prepared, prepare
from kernel import clock

# Nobody buries a 你好 in a hundred signs, and a joke has no official wording.
_TALK = frozenset(
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
    ]
)
INTENTS = _TALK | frozenset(
    [
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
FEWEST = 100
MANY = 200
OVER_ALL = 6000
ASKED_MOST = frozenset(
    {
        "bill_query",
        "bill_detail",
        "bill_dispute",
        "pay_bill",
        "outage_query",
        "fault_report",
        "fault_emergency",
        "complaint",
        "new_connection",
        "account_change",
    }
)
REGISTERS = ("formal", "casual", "spoken", "misheard", "dialect", "terse", "long")
LEAST_SHARE = 0.05  # of an intent's sentences that say how they are spoken
_LOOSE = {"affirm", "chitchat_other", "out_of_scope"}
DOES_NOT_APPLY = {"long": _TALK, "formal": _LOOSE, "misheard": _LOOSE}
SURE = 0.8  # a sentence is won by another intent when that one is this sure of it
MOST_OVERMATCHED = 0.06  # of all sentences; near misses are written on purpose, so it is not nought
MOST_OVERMATCHED_OF_INTENT = 0.15
ALIKE = 0.8  # cosine over signs and pairs of signs
MOST_TWINS = 0.01  # of all sentences
_FOLDS = 2  # quicker than five, and as good at finding what stands in the wrong place
_SHORT = 3  # signs; 查电费 is what anybody would say, and may stand in both


@cache
def _prepared(text: str) -> Prepared:
    return prepare(text, clock.today())


def off_edges(data: Sequence[Example]) -> list[tuple[Example, str]]:
    """Annotations that begin or end inside a token, with their words."""
    found = []
    for example in data:
        if example.entities:
            words = _prepared(example.text).words
            edges = {start for _, start in words} | {start + len(word) for word, start in words}
            found += [
                (example, example.text[s.start : s.end]) for s in example.entities if not {s.start, s.end} <= edges
            ]
    return found


def _key(text: str) -> str:
    return "".join(sign for sign in cleaned(text) if sign.isalnum())


def _closed(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    yield from (f"{intent}: not in the closed list" for intent in sorted({e.intent for e in data} - INTENTS))
    yield from (
        f"{e.file}: {s.entity} is not in the closed list" for e in data for s in e.entities if s.entity not in ENTITIES
    )


def _counts(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    counts = Counter(example.intent for example in data)
    for intent in sorted(INTENTS):
        least = MANY if intent in ASKED_MOST else FEWEST
        if counts[intent] < least:
            yield f"{intent}: {counts[intent]} sentences, at least {least}"
    if len(data) < OVER_ALL:
        yield f"{len(data)} sentences over all, at least {OVER_ALL}"


def _doubles(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    first: dict[str, Example] = {}
    for example in data:
        before = first.setdefault(_key(example.text) or example.text, example)
        if before.intent != example.intent:
            yield f"{example.file} {example.intent}: {example.text} stands also in {before.intent} ({before.file})"
    # 抱修 and 报修 mean the same and are both wanted: only the very same words are twice.
    for (intent, text), count in Counter((e.intent, e.text) for e in data).items():
        if count > 1:
            yield f"{intent}: {text} stands {count} times"


def _edges(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    yield from (f"{e.file} {e.intent}: [{words}] in {e.text} is off a token edge" for e, words in off_edges(data))


def _registers(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    spoken: dict[str, Counter[str]] = defaultdict(Counter)
    for example in data:
        if example.register:
            spoken[example.intent][example.register] += 1
    for intent, counts in sorted(spoken.items()):
        for register in REGISTERS:
            share = counts[register] / counts.total()
            if intent not in DOES_NOT_APPLY.get(register, ()) and share < LEAST_SHARE:
                yield f"{intent}: {register} is {share:.1%} of its sentences, at least {LEAST_SHARE:.0%}"
        yield from (f"{intent}: {name} is no register" for name in sorted(set(counts) - set(REGISTERS)))


def _overmatch(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    intents = [e.intent for e in data]
    labels, margins = out_of_fold([_prepared(e.text).blocks for e in data], intents, _FOLDS)
    chances = calibrated(margins, np.array([labels.index(i) for i in intents]))
    won = [labels[i] for i in chances.argmax(axis=1)]
    lost = [i for i in np.argsort(-chances.max(axis=1)) if won[i] != intents[i] and chances[i].max() >= SURE]
    yield from _too_many(data, [(i, won[i]) for i in lost], Counter(intents))


def _too_many(data: Sequence[Example], lost: list[tuple[int, str]], counts: Counter[str]) -> Iterator[str]:
    """`lost` are places in `data` and who won them, the surest first."""
    if len(lost) > MOST_OVERMATCHED * len(data):
        yield f"{len(lost) / len(data):.1%} of the sentences are won by another intent, at most {MOST_OVERMATCHED:.0%}"
        yield from (f"  {data[i].file} {data[i].intent}: {data[i].text} is won by {intent}" for i, intent in lost[:20])
    of_intent = Counter(data[i].intent for i, _ in lost)
    for intent, count in of_intent.most_common():
        if count > MOST_OVERMATCHED_OF_INTENT * counts[intent]:
            said = "; ".join(f"{data[i].text} → {winner}" for i, winner in lost if data[i].intent == intent)
            yield f"{intent}: {count / counts[intent]:.1%} are won by others: {said}"


def _twins(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    keys = [_key(e.text) or e.text for e in data]
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), use_idf=False, binary=True).fit_transform(keys)
    alike = []
    for start in range(0, len(data), 1000):
        near = (vectors[start : start + 1000] @ vectors.T).tocoo()
        pairs = zip(near.row[near.data >= ALIKE] + start, near.col[near.data >= ALIKE], strict=True)
        alike += [(i, j) for i, j in pairs if i < j and data[i].intent != data[j].intent]
    twins = {i for pair in alike for i in pair}
    if len(twins) > MOST_TWINS * len(data):
        yield f"{len(twins) / len(data):.1%} of the sentences have a twin in another intent, at most {MOST_TWINS:.0%}"
        yield from (f"  {data[i].intent} {data[i].text} | {data[j].intent} {data[j].text}" for i, j in alike[:20])


def _unseen(data: Sequence[Example], unseen: Sequence[str]) -> Iterator[str]:
    trained = {_key(e.text): e for e in data}
    for key in dict.fromkeys(map(_key, unseen)):
        if len(key) > _SHORT and key in trained:
            yield f"{trained[key].file} {trained[key].intent}: {trained[key].text} is kept for measuring"


Rule = Callable[[Sequence[Example], Sequence[str]], Iterator[str]]
RULES: dict[str, Rule] = {
    "closed": _closed,
    "counts": _counts,
    "doubles": _doubles,
    "edges": _edges,
    "registers": _registers,
    "overmatch": _overmatch,
    "twins": _twins,
    "unseen": _unseen,
}


def problems(data: Sequence[Example], unseen: Sequence[str], rules: Sequence[str] = tuple(RULES)) -> list[str]:
    """What is wrong, a line each; `unseen` are sentences that must not be trained on."""
    return [f"[{name}] {line}" for name in rules for line in RULES[name](data, unseen)]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.nlu.gate", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder of training files")
    parser.add_argument("--unseen", type=Path, nargs="*", default=UNSEEN, help="files of sentences kept for measuring")
    parser.add_argument("--rule", choices=RULES, action="append", help="only this one; may be given again")
    options = parser.parse_args(arguments)
    data = examples(options.data)
    unseen = [text for path in options.unseen if path.exists() for text in sentences_of(path)]
    found = problems(data, unseen, options.rule or tuple(RULES))
    registers = Counter(example.register or "unlabelled" for example in data)
    shares = " · ".join(f"{name} {count / len(data):.0%}" for name, count in registers.most_common())
    print("\n".join(found) or f"{len(data)} sentences, {len(INTENTS)} intents, nothing to object to. {shares}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
