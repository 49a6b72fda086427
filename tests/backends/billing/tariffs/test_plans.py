"""Which tariff a new customer comes under."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.tariffs import book, plans
from backends.billing.tariffs.errors import NoTariff
from backends.billing.tariffs.plans import Under

OFFICE = {"X-Client": "billing_office"}


@pytest.mark.row("S83")
@pytest.mark.parametrize(
    ("kva", "is_two_part", "category"),
    [(100, False, "general_industrial"), (314, False, "general_industrial"), (315, True, "large_industrial"),
     (316, True, "large_industrial"), (None, False, "general_industrial")],
)  # fmt: skip
def test_industry_pays_two_parts_from_315_kva_on(api, kva, is_two_part, category):
    asked = {"category": "general_industrial", **({"capacity_kva": kva} if kva else {})}
    told = api.get("/tariffs/plan", params=asked).json()
    assert (told["is_two_part"], told["category"]) == (is_two_part, category)


@pytest.mark.row("S83")
def test_a_transformer_of_315_is_charged_for_its_capacity_one_of_314_is_not():
    def bill(kva):
        under = plans.under("large_industrial", kva, wants_time_of_use=True)
        account = {"category": under.category, "plan": under.plan, "voltage": "10kv", "capacity_kva": kva}
        inputs = {
            "account": {**account, "demand_mode": "capacity" if under.is_two_part else None},
            "period_from": "2026-08-01", "period_to": "2026-09-01",
            "readings": [{"meter_no": "M", "register": r, "start": 0, "end": 100} for r in ("peak", "flat", "valley")],
        }  # fmt: skip
        return {line.code for line in compute(wire.request(inputs), book.sample_book()).lines}

    assert "basic" in bill(315)
    assert "basic" not in bill(314)


def test_others_pay_one_part_however_large():
    assert plans.under("commercial", 2000, wants_time_of_use=True) == Under("commercial", "single_tou")
    assert plans.under("agricultural", 900, wants_time_of_use=True) == Under("agricultural", "single")
    assert plans.under("residential", None) == Under("residential", "ladder")
    with pytest.raises(NoTariff):
        plans.under("palace", 1)


def test_next_years_book_is_data(tmp_path: Path):
    """A version more in the file, and bills of its days use it; a bill across its first day is split."""
    text = (Path(book.__file__).with_name("book.yml")).read_text(encoding="utf-8")
    here = text.index("  - version: T2026B")
    ends = text.index("\nladders:")
    newest = text[here:ends]
    more = newest.replace("T2026B", "T2027A").replace("2026-07-01", "2027-01-01").replace('"0.5300"', '"0.5500"')
    path = tmp_path / "book.yml"
    path.write_text(text[:ends] + "\n" + more + text[ends:], encoding="utf-8")
    ours = book.read(path)
    inputs = {
        "account": {"category": "residential", "voltage": "lt1kv", "plan": "collective"},
        "period_from": "2026-12-21", "period_to": "2027-01-21",
        "readings": [{"meter_no": "M", "register": "total", "start": 0, "end": 310}],
    }  # fmt: skip
    bill = compute(wire.request(inputs), ours)
    assert [segment.version for segment in bill.segments] == ["T2026B", "T2027A"]
    assert ours.on(date(2027, 1, 1) - timedelta(days=1)).version == "T2026B"
