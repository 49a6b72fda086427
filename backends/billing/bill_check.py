"""Does the engine agree with a file of worked bills? `denghuo bill-check FILE.json`.

The file has `{"cases": [{"case_id", "kind", "input"}]}` as tests/backends/billing/cases.json; prints
`{case_id: result}` with the keys and the spelling of that file's `expected`. A case that cannot be computed gives
`{"error": code, "detail": …}`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.explain import Month, explain
from backends.billing.bills.engine.late_fee import Payment, late_fee
from backends.billing.bills.engine.prepaid import Balance, run
from backends.billing.bills.engine.rebill import Estimated, Period, rebill
from backends.billing.bills.engine.words import Reading
from backends.billing.tariffs.book import Book, sample_book
from kernel.errors import ServiceError

Case = dict[str, Any]


def _bill(given: Case, book: Book) -> Case:
    return wire.bill(compute(wire.request(given), book), given["readings"])


def _late_fee(given: Case, book: Book) -> Case:
    paid = tuple(Payment(date.fromisoformat(p["paid_on"]), Decimal(p["amount"])) for p in given.get("payments", ()))
    due, until = date.fromisoformat(given["due_date"]), date.fromisoformat(given["paid_on"])
    return wire.late_fee(late_fee(given["category"], Decimal(given["principal"]), due, until, book=book, payments=paid))


def _prepaid(given: Case, book: Book) -> Case:
    begin = Balance(
        date.fromisoformat(given["period_from"]), given.get("ytd_kwh_before", 0), Decimal(given["balance_start"])
    )
    recharges = {date.fromisoformat(day): Decimal(amount) for day, amount in given.get("recharges", {}).items()}
    result = run(wire.terms(given["account"]), begin, given["daily_kwh"], recharges, book=book)
    return wire.prepaid(result)


def _rebill(given: Case, book: Book) -> Case:
    first, second = given["estimated_period"], given["actual_period"]
    span = Reading(
        "M1", "total", Decimal(str(given["last_actual_reading"])), Decimal(str(given["actual_reading"])),
        digits=given.get("digits", 5), multiplier=given.get("multiplier", 1),
    )  # fmt: skip
    case = Estimated(
        wire.terms(given["account"]), _period(first), _period(second), given["estimated_kwh"], span,
        given.get("ytd_kwh_before", 0),
    )  # fmt: skip
    return wire.rebill(rebill(case, book), case)


def _period(given: Case) -> Period:
    return Period(date.fromisoformat(given["from"]), date.fromisoformat(given["to"]))


def _explain(given: Case, book: Book) -> Case:
    months = [
        Month(compute(wire.request(given[name]), book), Decimal(given.get(f"late_fee_{name}", "0.00")))
        for name in ("before", "now")
    ]
    return wire.change(explain(*months, same_month_last_year_kwh=given.get("same_month_last_year_kwh")))


_KINDS: dict[str, Callable[[Case, Book], Case]] = {
    "bill": _bill, "late_fee": _late_fee, "prepaid": _prepaid, "rebill": _rebill, "explain": _explain,
}  # fmt: skip


def check(document: Any) -> dict[str, Case]:
    """Compute every case of a document."""
    cases = document["cases"] if isinstance(document, dict) else document
    book = sample_book()
    return {case["case_id"]: _one(case, book) for case in cases}


def _one(case: Case, book: Book) -> Case:
    try:
        return _KINDS[case["kind"]](case["input"], book)
    except ServiceError as err:
        return {"error": err.code, "detail": err.detail}
    except (KeyError, ValueError, TypeError, ArithmeticError) as err:
        return {"error": "bad_case", "detail": f"{type(err).__name__}: {err}"}


def main(arguments: Sequence[str] | str) -> int:
    """Print the results of a file as JSON, to the terminal or wherever output goes.

    Args:
        arguments: the path, or the words after `denghuo bill-check`, of which the first that is no option is the path.

    Returns:
        0 when the file could be read, else 2 and one sentence on standard error.
    """
    words = [arguments] if isinstance(arguments, str) else [word for word in arguments if not word.startswith("--")]
    if len(words) != 1:
        print("用法：denghuo bill-check FILE.json / usage: denghuo bill-check FILE.json", file=sys.stderr)
        return 2
    try:
        results = check(json.loads(Path(words[0]).read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as err:
        print(f"读不了 {words[0]}：{type(err).__name__}: {err} / cannot read the file", file=sys.stderr)
        return 2
    print(json.dumps(results, ensure_ascii=False, indent=1))
    return 0
