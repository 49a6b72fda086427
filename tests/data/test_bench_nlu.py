"""What the bench makes of readings: shares, bars, the page. The sentences are made up here; no model is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.bot.inside import inside

GIVEN = """
from bot.nlu.examples import Example, TwoRequests
from bot.nlu.reader import Reading
from bot.nlu.score import report, two_requests
from bot.nlu.spans import Span

def reading(intent, confidence, *spans):
    return Reading(intent, confidence, [(intent, confidence)], [Span(0, 0, kind, value) for kind, value in spans])

def example(text, intent, register, pair="", **values):
    spans = tuple(Span(0, 0, kind, value) for kind, value in values.items())
    return Example(text, intent, spans, register, "", pair)

asked = [
    example("查电费", "bill_query", "terse", account_no="3100102346", period="2026-10"),
    example("为什么这么高", "bill_detail", "casual", pair="bill_detail/price_policy"),
    example("阶梯怎么算", "price_policy", "casual", pair="bill_detail/price_policy"),
    example("写首诗", "out_of_scope", "casual"),
    example("表箱着火了", "fault_emergency", "spoken"),
]
given = [
    reading("bill_query", 0.95, ("account_no", "3100102346"), ("period", "2026-09")),
    reading("bill_detail", 0.85),
    reading("bill_detail", 0.75),
    reading("out_of_scope", 0.65),
    reading("fault_emergency", 0.55),
]
figures = report(asked, given, values=True)
"""


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return inside(GIVEN + "answer(figures)")


def test_accuracy_is_told_over_all_by_register_and_of_hard_pairs(figures):
    assert figures["intent_accuracy"] == 0.8
    assert figures["by_register"] == {"casual": 0.6667, "spoken": 1.0, "terse": 1.0}
    assert figures["hard_pairs"] == {"of": 2, "accuracy": 0.5, "by_pair": {"bill_detail/price_policy": 0.5}}


def test_an_entity_counts_by_its_value(figures):
    assert figures["entity_f1"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "wanted": 2}
    assert figures["by_entity"]["account_no"]["f1"] == 1
    assert figures["by_entity"]["period"]["f1"] == 0


def test_refusals_and_danger_are_counted(figures):
    assert figures["refusal"] == {"out_of_scope": 1.0, "of": 1, "in_scope": 0.0, "of_in_scope": 4}
    assert figures["emergency"] == {"recall": 1.0, "of": 1, "false_alarms": 0}


def test_what_was_mistaken_is_named_the_surest_first(figures):
    assert figures["confusion"] == [["price_policy", "bill_detail", 1]]
    assert [(row["text"], row["given"]) for row in figures["worst"]] == [("阶梯怎么算", "bill_detail")]


def test_two_requests_are_found_when_both_are_and_one_is_not_split():
    wanted = [("bill_query", "pay_bill"), ("invoice", "pay_bill"), ("greet",)]
    found = [["pay_bill", "bill_query"], ["invoice"], ["greet", "thanks"]]
    told = inside(GIVEN + f"answer(two_requests([TwoRequests('', intents) for intents in {wanted}], {found}))")
    assert told == {"both_found": 0.5, "of": 2, "false_splits": 1.0, "of_single": 1}


BARS = """
from bot.nlu.bars import bars
figures["two_requests"] = {"both_found": 0.9, "false_splits": 0.1, "of_single": 10}
ours = {"held_out": figures, "training_s": 30, "parse_ms": {"median": 1, "p95": 30}}
same = {"intent_accuracy": 0.8, "training_s": 30, "parse_ms": {"median": 1, "p95": 30}}
stock = {"intent_accuracy": 0.9, "training_s": 900.0, "parse_ms": {"median": 8.0, "p95": 9.0}, "ours_on_the_same": same}
"""


def test_every_bar_is_told_with_its_value_and_whether_it_is_reached():
    told = {bar["name"]: bar for bar in inside(GIVEN + BARS + "answer(bars(ours, stock))")}
    assert told["intent accuracy"] == {"name": "intent accuracy", "bar": "≥ 0.93", "value": 0.8, "reached": False}
    assert told["intent accuracy, casual"]["reached"] is False
    assert told["intent accuracy, spoken"]["reached"] is True
    assert told["two requests both found"]["reached"] is True
    assert told["parse ms, p95"]["reached"] is False
    assert told["training seconds against stock Rasa"]["reached"] is True
    assert told["intent accuracy against stock Rasa"]["reached"] is False


def test_without_stock_there_is_nothing_to_beat():
    told = inside(GIVEN + BARS + "answer(bars(ours, None))")
    assert not [bar for bar in told if "stock" in bar["name"]]


def test_the_page_tells_figures_confusions_worst_sentences_and_whose_data_it_is(tmp_path: Path):
    page, picture = tmp_path / "understanding.md", tmp_path / "calibration.svg"
    inside(
        GIVEN + BARS + "from pathlib import Path\nfrom bot.nlu import understanding_page\n"
        "ours |= {'trained_on': 5, 'cross_validated': figures}\n"
        "told = {**ours, 'stock': None, 'bars': bars(ours, None)}\n"
        f"understanding_page.write(told, Path({str(page)!r}), Path({str(picture)!r}))\nanswer(1)"
    )
    said = page.read_text(encoding="utf-8")
    assert "All sentences are our own" in said
    assert "| price_policy | bill_detail | 1 |" in said
    assert "| 阶梯怎么算 | casual | price_policy | bill_detail | 0.75 |" in said
    assert "pictures/calibration.svg" in said
    assert picture.read_text(encoding="utf-8").count("<circle") == 5


def test_the_page_is_written_too_without_folds_and_when_stock_failed():
    said = inside(
        GIVEN + BARS + "from bot.nlu import understanding_page\n"
        "stock = {'failed': 'Traceback, and two thousand signs more'}\n"
        "told = {**ours, 'trained_on': 5, 'stock': stock, 'bars': bars(ours, stock)}\n"
        "answer(understanding_page.page_of(told, 'held_out', 'calibration.svg'))"
    )
    assert "Five folds" not in said
    assert "Failed; the run's own output says why." in said
    assert "Traceback" not in said


def test_a_sample_takes_from_every_intent_and_keeps_the_marks(tmp_path: Path):
    told = inside(
        "from pathlib import Path\nfrom bot.nlu.examples import examples, write_sample\n"
        f"folder = Path({str(tmp_path)!r})\nwrite_sample(folder, 1000)\nfew, all = examples(folder), examples()\n"
        "answer([len(few), len(set(few) - set(all)), sorted({e.intent for e in all} - {e.intent for e in few}),\n"
        "        sum(len(e.entities) for e in few)])"
    )
    count, foreign, missing, marks = told
    assert 800 < count < 2000
    assert (foreign, missing) == (0, [])
    assert marks > 100
