"""What holds of every bill, not only of the worked ones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backends.billing.bills.engine import power_factor
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.explain import Month, explain
from backends.billing.bills.engine.late_fee import Payment, late_fee
from backends.billing.bills.engine.prepaid import Balance, run
from backends.billing.bills.engine.rounding import round_ratio
from backends.billing.bills.engine.tiers import Bounds
from backends.billing.bills.engine.words import Reading, Request, Terms
from backends.billing.tariffs.book import sample_book

BOOK = sample_book()
LADDER = Terms("residential", "lt1kv", "ladder")
DAYS = st.dates(date(2025, 1, 2), date(2026, 12, 1))
KWH = st.integers(0, 5000)
TOU = Terms("commercial", "lt1kv", "single_tou")
PLANT = Terms("large_industrial", "10kv", "two_part_tou", capacity_kva=630, demand_mode="capacity")


def bill(terms: Terms, begins: date, days: int, use: dict[str, int], ytd: int = 0, **more: Any):
    readings = tuple(Reading("M1", register, Decimal(0), Decimal(kwh)) for register, kwh in use.items())
    return compute(Request(terms, begins, begins + timedelta(days=days), readings, ytd, **more), BOOK)


@given(DAYS, st.integers(1, 62), KWH, KWH, st.integers(0, 6000))
def test_more_energy_never_costs_less(begins: date, days: int, less: int, more: int, ytd: int) -> None:
    less, more = sorted((less, more))
    cheap = bill(LADDER, begins, days, {"total": less}, ytd)
    dear = bill(LADDER, begins, days, {"total": more}, ytd)
    # Days are shared out in whole kWh, each line rounded once: one fen a line is all that order may cost.
    assert dear.amount >= cheap.amount - Decimal("0.01") * len(dear.segments)
    assert (dear.amount >= cheap.amount) or len(dear.segments) > 1


@given(DAYS, st.integers(1, 62), KWH, KWH, KWH)
def test_segments_and_registers_add_up_to_what_the_meter_counted(
    begins: date, days: int, peak: int, flat: int, valley: int
) -> None:
    made = bill(TOU, begins, days, {"peak": peak, "flat": flat, "valley": valley})
    for register, kwh in (("peak", peak), ("flat", flat), ("valley", valley)):
        assert sum(s.by_register[register] for s in made.segments) == kwh
    assert sum(s.days for s in made.segments) == days
    assert sum(s.kwh for s in made.segments) == made.total_kwh == peak + flat + valley


@given(DAYS, st.integers(1, 40), st.integers(-300, 5000), st.integers(0, 6000))
def test_tiers_split_the_energy_without_losing_any(begins: date, days: int, kwh: int, ytd: int) -> None:
    reading = Reading("M1", "total", Decimal(1000), Decimal(1000 + kwh), follows_estimate=True)
    made = compute(Request(LADDER, begins, begins + timedelta(days=days), (reading,), ytd), BOOK)
    assert sum(made.tier_kwh(n) for n in (1, 2, 3)) == kwh


@given(DAYS, st.integers(1, 40), KWH, st.integers(0, 6000))
def test_the_amount_is_the_sum_of_lines_each_rounded_once(begins: date, days: int, kwh: int, ytd: int) -> None:
    made = bill(PLANT, begins, days, {"peak": kwh, "flat": kwh // 2, "valley": kwh // 3}, reactive_kvarh=Decimal(kwh))
    assert made.amount == sum(line.amount for line in made.lines)
    for line in made.lines:
        assert line.amount.as_tuple().exponent == -2
        if line.code in ("energy", "fund"):
            exact = line.qty * line.price
            assert abs(line.amount - exact) <= Decimal("0.005")


@given(st.integers(0, 9000), st.integers(-300, 3000), st.integers(-300, 3000))
def test_climbing_in_two_steps_is_climbing_once(ytd: int, first: int, second: int) -> None:
    bounds = Bounds(2400, 4800)

    def climbed(a: int, b: int) -> tuple[int, int]:
        return bounds.second_tier(b) - bounds.second_tier(a), bounds.third_tier(b) - bounds.third_tier(a)

    one, two, whole = (
        climbed(ytd, ytd + first),
        climbed(ytd + first, ytd + first + second),
        climbed(ytd, ytd + first + second),
    )
    assert (one[0] + two[0], one[1] + two[1]) == whole


def test_exactly_on_a_bound_is_still_the_lower_tier() -> None:
    bounds = Bounds(2400, 4800)
    assert [bounds.tier_at(kwh) for kwh in (2400, 2401, 4800, 4801)] == [1, 2, 2, 3]
    assert bill(LADDER, date(2026, 3, 1), 31, {"total": 100}, 2300).tier_kwh(2) == 0
    assert bill(LADDER, date(2026, 3, 1), 31, {"total": 101}, 2300).tier_kwh(2) == 1


@given(st.integers(-(10**9), 10**9), st.integers(0, 400), st.integers(1, 400))
def test_ratios_are_rounded_half_away_from_zero(amount: int, part: int, whole: int) -> None:
    exact = Decimal(amount * part) / whole
    rounded = round_ratio(amount, part, whole)
    assert abs(Decimal(rounded) - exact) <= Decimal("0.5") + Decimal("1e-15")
    assert round_ratio(-amount, part, whole) == -rounded


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_the_power_factor_is_the_root_rounded_half_up(active: int, reactive: int) -> None:
    factor = power_factor.factor_of(active, Decimal(reactive))
    exact = Decimal(active) / (Decimal(active) ** 2 + Decimal(reactive) ** 2).sqrt()
    assert abs(factor - exact) <= Decimal("0.0050000001")


@given(st.integers(40, 99))
def test_a_worse_power_factor_never_pays(hundredths: int) -> None:
    for standard in (power_factor.HIGH, power_factor.MIDDLE, power_factor.LOW):
        good, worse = (power_factor.percent_of(standard, Decimal(n).scaleb(-2)) for n in (hundredths + 1, hundredths))
        assert worse >= good


@given(
    st.integers(1, 100_000_00), st.dates(date(2025, 1, 1), date(2026, 6, 1)), st.integers(0, 900), st.integers(1, 60)
)
def test_a_late_fee_grows_with_time_and_never_beyond_the_principal(
    fen: int, due: date, days: int, more_days: int
) -> None:
    principal = Decimal(fen).scaleb(-2)
    first = late_fee("commercial", principal, due, due + timedelta(days=days), book=BOOK)
    later = late_fee("commercial", principal, due, due + timedelta(days=days + more_days), book=BOOK)
    assert Decimal(0) <= first.fee <= later.fee <= principal
    assert sum(part.days for part in later.parts) == later.days == days + more_days


def test_a_part_payment_lowers_the_fee_from_its_day_on() -> None:
    due, until = date(2026, 8, 25), date(2026, 9, 24)
    paid = (Payment(date(2026, 9, 5), Decimal("100.00")),)
    fee = late_fee("residential", Decimal("200.00"), due, until, book=BOOK, payments=paid)
    assert [(part.days, part.principal) for part in fee.parts] == [(10, Decimal("200.00")), (20, Decimal("100.00"))]
    assert fee.fee == Decimal("4.00")


def test_a_due_date_on_new_years_eve_begins_with_the_lower_rate() -> None:
    fee = late_fee("commercial", Decimal(1000), date(2025, 12, 31), date(2026, 1, 10), book=BOOK)
    assert [(part.rate, part.days) for part in fee.parts] == [(Decimal("0.002"), 10)]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=28), st.integers(0, 5000))
def test_the_days_of_a_prepaid_month_add_up_to_its_bill(daily: list[int], ytd: int) -> None:
    begins = date(2026, 5, 1)
    made = run(LADDER, Balance(begins, ytd, Decimal("50.00")), daily, {}, book=BOOK)
    assert made.debited == bill(LADDER, begins, len(daily), {"total": sum(daily)}, ytd).amount


@given(st.dates(date(2025, 1, 1), date(2026, 10, 1)), KWH, KWH, st.integers(28, 31), st.integers(28, 31))
def test_the_parts_of_an_explanation_add_up_to_the_fen(
    begins: date, first: int, second: int, days: int, more: int
) -> None:
    use = {"peak": first, "flat": second, "valley": first // 2}
    now = {"peak": second, "flat": first, "valley": second // 3}
    for terms in (TOU, PLANT):
        before = bill(terms, begins, days, use, reactive_kvarh=Decimal(first))
        after = bill(terms, begins + timedelta(days=days), more, now, reactive_kvarh=Decimal(second))
        change = explain(Month(before), Month(after, late_fee=Decimal("1.23")))
        assert sum(change.parts.values()) == change.difference
    before = bill(LADDER, begins, days, {"total": first}, 1200)
    after = bill(LADDER, begins + timedelta(days=days), more, {"total": second}, 1200 + first)
    change = explain(Month(before), Month(after))
    assert sum(change.parts.values()) == change.difference == after.amount - before.amount
