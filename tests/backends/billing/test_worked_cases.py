"""Every worked bill of domain/billing.md, line by line and to the fen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from backends.billing.bill_check import check, main

CASES = json.loads(Path(__file__).with_name("cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["case_id"])
def test_a_worked_case_comes_out_with_every_figure_between(case: dict[str, Any]) -> None:
    assert check([case])[case["case_id"]] == case["expected"]


def test_the_command_prints_all_cases_of_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(Path(__file__).with_name("cases.json")), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {case["case_id"]: case["expected"] for case in CASES["cases"]}


def test_a_file_that_cannot_be_read_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    for words in ([str(broken)], [str(tmp_path / "nowhere.json")], []):
        assert main(words) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert len(told.err.splitlines()) == 1


def test_a_price_that_is_not_in_the_book_is_an_error_and_no_guess() -> None:
    case = json.loads(json.dumps(CASES["cases"][0]))
    case["input"]["account"]["voltage"] = "35kv"
    assert check([case])["W01"]["error"] == "tariff_missing"


def test_a_day_before_the_first_version_has_no_price() -> None:
    case = json.loads(json.dumps(CASES["cases"][0]))
    case["input"] |= {"period_from": "2024-03-01", "period_to": "2024-04-01"}
    assert check([case])["W01"]["error"] == "tariff_missing"


def test_an_implausible_reading_goes_to_a_person() -> None:
    case = json.loads(json.dumps(CASES["cases"][0]))
    case["input"]["highest_month_kwh"] = 150
    assert check([case])["W01"]["bill_amount_fen"] == 8736
    case["input"]["readings"][0]["end"] = 12040 + 451
    assert check([case])["W01"]["error"] == "reading_needs_review"


def test_the_tariff_file_says_what_the_case_file_says() -> None:
    from backends.billing.tariffs.book import sample_book

    for given, tariff in zip(CASES["tariff_book"], sample_book().tariffs, strict=True):
        kept = {(p["category"], p["voltage"], p["plan"]): p["register_prices"] for p in given["prices"]}
        assert {key: {r: str(x) for r, x in prices.items()} for key, prices in tariff.prices.items()} == kept
        assert {c: [str(p), "added" if a else "included"] for c, (p, a) in tariff.fund.items()} == given["fund"]
        for name in ("capacity_price", "demand_price", "pv_export_price", "tier2_addon", "tier3_addon"):
            assert str(getattr(tariff, name)) == given[name]
