"""Questions that measure are not among those that are searched: a figure on known words would say nothing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from clients.knowledge.entries import packaged_entries
from clients.knowledge.searching import elsewhere
from denghuo.bench_knowledge import rows_of, wanted_of

HERE = Path(__file__).parent
SIGNS = re.compile(r"\W")


@pytest.mark.parametrize("name", ["knowledge_dev.yml", "knowledge_heldout.yml"])
def test_no_measured_question_is_known(name: str) -> None:
    entries = packaged_entries(today=date(2026, 11, 24))
    known = {SIGNS.sub("", words) for entry in entries for words in entry.wordings}
    known |= {SIGNS.sub("", words) for words in elsewhere()}
    asked = [SIGNS.sub("", str(row["question"])) for row in rows_of(HERE / name)]
    assert sum(question in known for question in asked) == 0
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", ["knowledge_dev.yml", "knowledge_heldout.yml"])
def test_every_row_names_an_entry_or_none(name: str) -> None:
    ids = {entry.id for entry in packaged_entries(today=date(2026, 11, 24))}
    rows = rows_of(HERE / name)
    assert ids.issuperset(entry for row in rows for entry in wanted_of(row))
    assert sum(bool(wanted_of(row)) for row in rows) >= 200
