"""docs/orders.md says what the code does."""

from __future__ import annotations

from backends.ticketing import docs
from backends.ticketing.work_orders.machines import MACHINES


def test_page_is_fresh():
    assert docs.PAGE.read_text(encoding="utf-8") == docs.render(), "run: python -m backends.ticketing.docs"


def test_page_has_a_row_for_every_rule():
    page = docs.render()
    for machine in MACHINES.values():
        for row in machine.rules:
            assert f"| `{row.event}` |" in page
