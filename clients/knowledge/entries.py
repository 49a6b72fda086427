"""Entries as the files and the wire write them, and the rules every entry keeps (knowledge topics, section 7)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from clients.knowledge.errors import EntryNotFit
from clients.knowledge.protocol import Entry
from clients.knowledge.topics import next_review, topics
from kernel.masking import scrub

FOLDER = Path(__file__).resolve().parents[2] / "data" / "knowledge"
LONGEST_TEXT = 180
LONGEST_VOICE = 70  # one breath
LONGEST_WORDING = 60
MOST_WORDINGS = 80
_UNSPEAKABLE = re.compile(r"[A-Za-z0-9０-９①-⑳/％%\\*#@&+=<>{}|_~^$\[\]]")
_DATES = ("valid_from", "valid_to", "review_by")
_LISTS = ("variants", "paraphrases", "related")


def entry_of(row: Mapping[str, Any]) -> Entry:
    """An entry of its JSON; unknown members are left out, `next_action: "none"` is None."""
    known = {name: row[name] for name in (f.name for f in fields(Entry)) if row.get(name) is not None}
    for name in _DATES:
        if isinstance(known.get(name), str):
            known[name] = date.fromisoformat(known[name])
    for name in _LISTS:
        known[name] = tuple(known.get(name, ()))
    if known.get("next_action") == "none":
        del known["next_action"]
    return Entry(**known)


def json_of(entry: Entry) -> dict[str, Any]:
    """What `entry_of` reads back."""
    row = {f.name: getattr(entry, f.name) for f in fields(Entry)}
    for name in _DATES:
        row[name] = row[name].isoformat() if row[name] else None
    return {**row, **{name: list(row[name]) for name in _LISTS}}


def packaged_entries(*, today: date) -> list[Entry]:
    """The entries that ship with the project, each with its further questions, its owner and its next review."""
    further: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("questions*.jsonl")):
        for row in _rows(file):
            further.setdefault(row["id"], []).extend(row["questions"])
    entries = [entry_of(row) for row in _rows(FOLDER / "knowledge.jsonl")]
    return [_completed(entry, further.get(entry.id, ()), today) for entry in entries]


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _completed(entry: Entry, further: Iterable[str], today: date) -> Entry:
    known = {entry.question, *entry.variants}
    paraphrases = tuple(words for words in dict.fromkeys(further) if words not in known)
    topic = topics().get(entry.topic)
    return replace(
        entry,
        paraphrases=paraphrases,
        owner=entry.owner or (topic.owner if topic else ""),
        review_by=entry.review_by or next_review(entry.topic, after=today),
    )


def check(entry: Entry, *, others: Iterable[Entry]) -> None:
    """Raises EntryNotFit naming every rule that is broken; `others` are the entries it stands beside."""
    problems = [*_text_problems(entry), *_wording_problems(entry), *_neighbour_problems(entry, others)]
    if problems:
        fields_ = [{"at": at, "problem": problem} for at, problem in problems]
        raise EntryNotFit("; ".join(f"{at}: {problem}" for at, problem in problems), fields=fields_)


def _text_problems(entry: Entry) -> Iterable[tuple[str, str]]:
    if not 0 < len(entry.answer_text) <= LONGEST_TEXT:
        yield "answer_text", f"1 to {LONGEST_TEXT} characters"
    if not 0 < len(entry.answer_voice) <= LONGEST_VOICE:
        yield "answer_voice", f"1 to {LONGEST_VOICE} characters"
    if _UNSPEAKABLE.search(entry.answer_voice):
        yield "answer_voice", "no Latin letters, digits or symbols: it is read aloud"
    if entry.topic not in topics():
        yield "topic", "not one of data/knowledge/topics.yml"
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        yield "valid_to", "before valid_from"


def _wording_problems(entry: Entry) -> Iterable[tuple[str, str]]:
    if len(entry.wordings) > MOST_WORDINGS:
        yield "variants", f"at most {MOST_WORDINGS} wordings"
    for words in entry.wordings:
        if not 0 < len(words) <= LONGEST_WORDING:
            yield "variants", f"each 1 to {LONGEST_WORDING} characters"
        elif scrub(words) != words:
            yield "variants", "no phone, account or card numbers"


def _neighbour_problems(entry: Entry, others: Iterable[Entry]) -> Iterable[tuple[str, str]]:
    mine = set(entry.wordings)
    for other in others:
        if other.id != entry.id and _overlap(entry, other) and (shared := mine.intersection(other.wordings)):
            yield "variants", f"{len(shared)} stand under {other.id} as well"
    if entry.id in entry.related:
        yield "related", "points to itself"


def _overlap(one: Entry, other: Entry) -> bool:
    """Whether some day both are in force."""
    latest, soonest = (
        max(one.valid_from or date.min, other.valid_from or date.min),
        min(one.valid_to or date.max, other.valid_to or date.max),
    )
    return latest <= soonest
