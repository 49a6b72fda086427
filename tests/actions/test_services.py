"""What is told of a business: dated, with a source, kept by the ticketing system, and sayable in one breath."""

from __future__ import annotations

import re
from datetime import date

import pytest

from actions.orders import services
from backends.ticketing import commitments

DAY = date(2026, 11, 24)
LONGEST_BREATH = 70


@pytest.mark.parametrize("row", services.services(), ids=lambda row: row.name)
class TestEveryService:
    @pytest.mark.row("S11")
    def test_has_a_day_and_a_source(self, row: services.Service) -> None:
        assert row.valid_from <= DAY and re.match("seed|public|set", row.source)

    def test_promises_what_the_ticketing_system_keeps(self, row: services.Service) -> None:
        told = re.search(r"(\d+) 个工作日", row.within)
        if told:
            assert int(told[1]) == commitments.in_force("apply_done", row.name, DAY).value

    def test_can_be_read_and_said(self, row: services.Service) -> None:
        assert len(row.told) <= 120
        assert len(row.speech) <= LONGEST_BREATH and not re.search(r"[A-Za-z0-9()（）]", row.speech)


def test_the_newest_row_in_force_is_told_and_an_ended_one_never() -> None:
    common = {"name": "x", "source": "set", "kw": 0}
    old = services.Load(valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30), **{**common, "kw": 1})
    new = services.Load(valid_from=date(2026, 7, 1), valid_to=None, **{**common, "kw": 2})
    coming = services.Load(valid_from=date(2027, 1, 1), valid_to=None, **{**common, "kw": 3})
    rows = (old, new, coming)
    told = [services.in_force(rows, "x", day) for day in (date(2025, 1, 1), date(2026, 6, 30), DAY, date(2027, 1, 1))]
    assert [row.kw if row else None for row in told] == [None, 1, 2, 3]


@pytest.mark.parametrize(
    ("words", "kw"),
    [("两台空调，没有充电桩", 8), ("不知道", 4), ("空调和热水器", 13), ("有充电桩", 11)],
)
def test_a_home_is_estimated_by_its_appliances(words: str, kw: int) -> None:
    assert services.estimated_kw(words) == kw
