"""What did a customer use, month by month? Readings and bills of 26 months, made by the real bill engine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from backends.billing.bills.engine import wire
from backends.billing.bills.engine.bill import compute
from backends.billing.bills.engine.rounding import round_ratio
from backends.billing.bills.engine.words import Bill
from backends.billing.tariffs.book import Book
from backends.sample.customers import SEED, Customer, Kwh

MONTHS = 26
ISSUED_DAY, DUE_DAY = 3, 25
# Heating in January, cooling in July and August (homes and shops); works run level but for the spring festival.
_HOME_SEASON = (1.22, 1.18, 0.98, 0.84, 0.82, 1.0, 1.36, 1.4, 1.02, 0.86, 0.94, 1.16)
_WORK_SEASON = (0.92, 0.7, 1.0, 1.0, 1.02, 1.04, 1.08, 1.06, 1.02, 1.0, 1.02, 1.04)
_FARM_SEASON = (0.4, 0.5, 0.8, 1.4, 1.6, 1.7, 1.6, 1.3, 0.8, 0.6, 0.4, 0.4)
_SEASONS = {"residential": _HOME_SEASON, "commercial": _HOME_SEASON, "agricultural": _FARM_SEASON}
_SUN = (0.6, 0.7, 0.95, 1.15, 1.3, 1.25, 1.3, 1.25, 1.05, 0.95, 0.7, 0.6)

ReadingRow = tuple[str, str, date, int, str]  # meter, register, day, value, kind


@dataclass
class History:
    """Everything that was read and billed of one account, oldest first."""

    meters: list[list[Any]] = field(default_factory=list)
    readings: list[ReadingRow] = field(default_factory=list)
    bills: list[tuple[Any, ...]] = field(default_factory=list)


def first_of(day: date, back: int) -> date:
    """The first day of the month `back` months before `day`'s."""
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def newest_month(as_of: date) -> date:
    """First day of the newest month whose bill is out on this day."""
    return first_of(as_of, 1 if as_of.day >= ISSUED_DAY else 2)


class _Meter:
    """A meter that counts up and goes past its last digit."""

    def __init__(self, no: str, registers: list[str], start: int, multiplier: int, digits: int = 5) -> None:
        self.no, self.multiplier, self.digits = no, multiplier, digits
        self.value = dict.fromkeys(registers, start)

    def count(self, register: str, kwh: int) -> tuple[int, int]:
        """Readings before and after so many kWh; kWh is cut to what the multiplier can show."""
        before = self.value[register]
        after = (before + kwh // self.multiplier) % 10**self.digits
        self.value[register] = after
        return before, after


def history(customer: Customer, index: int, as_of: date, book: Book) -> History:
    """All of an account; `index` seeds its noise."""
    return _Writer(customer, index, as_of, book).write()


class _Writer:
    def __init__(self, customer: Customer, index: int, as_of: date, book: Book) -> None:
        self.customer, self.as_of, self.book = customer, as_of, book
        self.dice = random.Random(SEED * 100_003 + index)
        self.newest = newest_month(as_of)
        self.out = History()
        self.registers = [register for register, _ in customer.shares]
        self.main = self._meter(f"{index + 571_831:08d}", "main", self.registers, self._first_value())
        self.exporter = None
        if customer.export_kwh is not None:
            self.exporter = self._meter(f"{index + 8_571_831:08d}", "export", ["export"], 1200)
        self.season = _SEASONS.get(customer.category, _WORK_SEASON)
        self.follows_estimate = False

    def _first_value(self) -> int:
        if self.customer.event == "roll_over":
            left = self.customer.base_kwh * 23  # so that it turns over in the last months
            return 100_000 - left
        return self.dice.randint(800, 60_000)

    def _meter(self, no: str, kind: str, registers: list[str], start: int) -> _Meter:
        multiplier = self.customer.multiplier if kind == "main" else 1
        point = "ev" if kind == "main" and self.customer.is_ev else kind
        installed = date(2021, 1 + self.dice.randrange(12), 10)
        row = [no, self.customer.account_no, point, 5, multiplier, registers, installed, date(2029, 12, 31), None]
        self.out.meters.append(row)
        return _Meter(no, registers, start, multiplier)

    def write(self) -> History:
        oldest = first_of(self.newest, MONTHS - 1)
        for meter in filter(None, (self.main, self.exporter)):
            self.out.readings += [(meter.no, register, oldest, v, "actual") for register, v in meter.value.items()]
        ytd = round(self.customer.base_kwh * sum(self.season[: oldest.month - 1]))
        for back in range(MONTHS - 1, -1, -1):
            begins = first_of(self.newest, back)
            ytd = 0 if begins.month == 1 else ytd
            bill, inputs = self._month(back, begins, ytd)
            ytd = bill.ytd_kwh_after or 0
            self.out.bills.append(self._row(back, begins, bill, inputs))
        return self.out

    def _use(self, back: int, begins: date) -> Kwh:
        if back in self.customer.fixed_kwh:
            return self.customer.fixed_kwh[back]
        total = self.customer.base_kwh * self.season[begins.month - 1] * self.dice.uniform(0.9, 1.1)
        return {
            register: int(total * share * self.dice.uniform(0.96, 1.04)) for register, share in self.customer.shares
        }

    def _month(self, back: int, begins: date, ytd: int) -> tuple[Bill, dict[str, Any]]:
        ends = first_of(begins, -1)
        inputs: dict[str, Any] = {
            "account": self._terms(),
            "period_from": begins.isoformat(),
            "period_to": ends.isoformat(),
            "readings": self._readings(back, begins, ends),
            "ytd_kwh_before": ytd,
        }
        if self.exporter is not None:
            inputs["export"] = self._export(back, begins, ends)
        if self.customer.capacity_kva and self.customer.capacity_kva >= 100:
            self._industrial(inputs, (ends - begins).days)
        return compute(wire.request(inputs), self.book), inputs

    def _terms(self) -> dict[str, Any]:
        who = self.customer
        terms = {
            "category": who.category, "voltage": who.voltage, "plan": who.plan, "capacity_kva": who.capacity_kva,
            "demand_mode": who.demand_mode, "contract_demand_kw": who.contract_demand_kw,
            "large_household": who.large_household or None, "low_income": who.low_income or None,
        }  # fmt: skip
        return {name: value for name, value in terms.items() if value is not None}

    def _readings(self, back: int, begins: date, ends: date) -> list[dict[str, Any]]:
        use, event = self._use(back, begins), self.customer.event
        if event == "meter_change" and back == 2:
            return self._changed_meter(use["total"], begins, ends)
        if event == "estimated" and back == 1 and begins.month not in (6, 12):
            return self._estimated(use["total"], ends)
        return [self._reading(self.main, register, kwh, ends) for register, kwh in use.items()]

    def _reading(self, meter: _Meter, register: str, kwh: int, ends: date) -> dict[str, Any]:
        start, end = meter.count(register, kwh)
        self.out.readings.append((meter.no, register, ends, end, "actual"))
        given: dict[str, Any] = {"meter_no": meter.no, "register": register, "start": start, "end": end, "digits": 5}
        if meter.multiplier > 1:
            given["multiplier"] = meter.multiplier
        if self.follows_estimate:
            given["follows_estimate"], self.follows_estimate = True, False
        return given

    def _estimated(self, kwh: int, ends: date) -> list[dict[str, Any]]:
        """The meter could not be read: a fifth too much was assumed; the next reading puts it right."""
        start = self.main.value["total"]
        assumed = start + kwh * 6 // 5
        self.main.value["total"] = assumed
        self.out.readings.append((self.main.no, "total", ends, assumed, "estimated"))
        self.follows_estimate = True
        return [
            {"meter_no": self.main.no, "register": "total", "start": start, "end": assumed, "digits": 5,
             "kind": "estimated"}
        ]  # fmt: skip

    def _changed_meter(self, kwh: int, begins: date, ends: date) -> list[dict[str, Any]]:
        changed = begins + timedelta(days=12)
        first = round_ratio(kwh, 12, (ends - begins).days)
        old = self._reading(self.main, "total", first, changed)
        self.out.meters[0][8] = changed
        self.main = self._meter(f"{int(self.main.no) + 20_000_000:08d}", "main", ["total"], 2)
        self.out.meters[-1][6] = changed
        self.out.readings.append((self.main.no, "total", changed, 2, "replaced"))
        new = self._reading(self.main, "total", kwh - first, ends)
        return [
            {**old, "from": begins.isoformat(), "to": changed.isoformat()},
            {**new, "from": changed.isoformat(), "to": ends.isoformat()},
        ]

    def _export(self, back: int, begins: date, ends: date) -> dict[str, Any]:
        assert self.exporter is not None and self.customer.export_kwh is not None
        kwh = self.customer.fixed_export.get(back)
        if kwh is None:
            kwh = int(self.customer.export_kwh * _SUN[begins.month - 1] * self.dice.uniform(0.9, 1.1))
        return self._reading(self.exporter, "export", kwh, ends)

    def _industrial(self, inputs: dict[str, Any], days: int) -> None:
        total = sum((r["end"] - r["start"]) % 10 ** r["digits"] * r.get("multiplier", 1) for r in inputs["readings"])
        inputs["reactive_kvarh"] = int(total * self.dice.uniform(0.28, 0.62))
        if self.customer.demand_mode in ("contract_demand", "actual_demand"):
            inputs["max_demand_kw"] = f"{total / (days * 24) * self.dice.uniform(1.5, 2.0):.1f}"

    def _row(self, back: int, begins: date, bill: Bill, inputs: dict[str, Any]) -> tuple[Any, ...]:
        month, after = f"{begins:%Y-%m}", first_of(begins, -1)
        net = bill.export.net_payable if bill.export else bill.amount
        payable = max(int(net.scaleb(2)), 0)
        prepaid = self.customer.pay_mode == "prepaid"
        paid = payable if prepaid or back not in self.customer.unpaid else 0
        return (
            f"ZD{begins:%Y%m}{self.customer.account_no}01", self.customer.account_no, month, begins, after,
            bill.total_kwh, bill.amount_fen, payable, paid, after.replace(day=ISSUED_DAY), after.replace(day=DUE_DAY),
            False, inputs, [wire.line(line) for line in bill.lines], bill.ytd_kwh_after,
            any(given.get("kind") == "estimated" for given in inputs["readings"]),
        )  # fmt: skip


def histories(customers: list[Customer], as_of: date, book: Book) -> Iterator[tuple[Customer, History]]:
    """Every customer with its history."""
    for index, customer in enumerate(customers):
        yield customer, history(customer, index, as_of, book)
