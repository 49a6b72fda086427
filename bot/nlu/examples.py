"""The training sentences of data/nlu/*.yml, read without Rasa (for the bench and the gate)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.nlu.spans import Span

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "nlu"
MEASURED = ROOT / "tests" / "data"
HELDOUT = MEASURED / "nlu_heldout.yml"
DEVELOPED = MEASURED / "nlu_dev.yml"
TWO_REQUESTS = MEASURED / "nlu_two_requests_heldout.yml"
# Sentences that are never trained on.
UNSEEN = [
    HELDOUT,
    DEVELOPED,
    MEASURED / "nlu_entities_dev.yml",
    MEASURED / "nlu_entities_dev2.yml",
    TWO_REQUESTS,
]
# Rasa's own two ways to annotate: [上个月](period) and [拉根线]{"entity": "business_type", "value": "新装"}.
_MARK = re.compile(r'\[([^\]]+)\](?:\((\w+)\)|\{"entity": ?"(\w+)"(?:, ?"value": ?"([^"]+)")?[^}]*\})')


@dataclass(frozen=True)
class Example:
    text: str
    intent: str
    entities: tuple[Span, ...] = field(default=(), compare=False)  # a value only where the words do not say it
    register: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    pair: str = field(default="", compare=False)  # of a sentence between two neighbours: bill_detail/price_policy


@dataclass(frozen=True)
class TwoRequests:
    """A sentence that asks for `intents`; of one where it only sounds like two."""

    text: str
    intents: tuple[str, ...]


def unmarked(line: str) -> tuple[str, tuple[Span, ...]]:
    """The plain sentence and where its annotations stand in it."""
    text, spans, at = "", [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        spans.append(Span(len(text), len(text) + len(match[1]), match[2] or match[3], match[4] or ""))
        text += match[1]
        at = match.end()
    return text + line[at:], tuple(spans)


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))


def examples(folder: Path = DATA) -> list[Example]:
    """Every example of every file, in the order of the files' names."""
    return [example for path in sorted(folder.glob("*.yml")) for example in _of_file(path)]


def _of_file(path: Path) -> Iterator[Example]:
    for block in load(path).get("nlu") or []:
        if "intent" not in block:
            continue
        register = str((block.get("metadata") or {}).get("register", ""))
        for line in str(block["examples"]).splitlines():
            if line.strip().startswith("- "):
                text, spans = unmarked(line.strip()[2:].strip())
                yield Example(text, block["intent"], spans, register, path.name)


def write_sample(target: Path, count: int, folder: Path = DATA) -> None:
    """Write about `count` of the sentences, spread evenly over every block of every file, as files of Rasa's format.

    Raises:
        ValueError: `count` is not positive.
    """
    if count <= 0:
        raise ValueError(f"a sample of {count} sentences cannot be trained on")
    share = min(1.0, count / len(examples(folder)))
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.yml")):
        with (target / path.name).open("w", encoding="utf-8") as file:
            _plain_yaml().dump({"version": "3.1", "nlu": [*_thinned(load(path), share)]}, file)


def _thinned(content: Any, share: float) -> Iterator[dict[str, Any]]:
    for block in content.get("nlu") or []:
        if "intent" in block:
            lines = str(block["examples"]).splitlines()
            kept = [line for at, line in enumerate(lines) if int((at + 1) * share) > int(at * share) or at == 0]
            yield {**block, "examples": "\n".join(kept) + "\n"}


def _plain_yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode = True
    return yaml


def sentences_of(path: Path) -> list[str]:
    """Only what was said, of any file with `sentences`."""
    return [row["text"] for row in load(path)["sentences"]]


def heldout(path: Path = HELDOUT) -> list[Example]:
    """Sentences never trained on: `{text, intent, register, entities: {entity: [value, …]}}`.

    Where a value stands in the text is not given; the spans are 0 to 0.
    """
    found = []
    for row in load(path)["sentences"]:
        entities = tuple(
            Span(0, 0, entity, str(value))
            for entity, values in (row.get("entities") or {}).items()
            for value in (values if isinstance(values, list) else [values])
        )
        found.append(
            Example(row["text"], row["intent"], entities, row.get("register", ""), path.name, row.get("pair", ""))
        )
    return found


def two_requests(path: Path = TWO_REQUESTS) -> list[TwoRequests]:
    return [TwoRequests(row["text"], tuple(row["intents"])) for row in load(path)["sentences"]]
