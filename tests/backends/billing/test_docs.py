"""docs/billing.md is made from the code and is fresh."""

from __future__ import annotations

from backends.billing import docs
from backends.billing.arrears.machine import RULES


def test_page_is_fresh() -> None:
    assert docs.PAGE.read_text(encoding="utf-8") == docs.render(), "run: python -m backends.billing.docs"


def test_every_step_is_on_it() -> None:
    assert all(f"| `{rule.step}` |" in docs.render() for rule in RULES)
    assert (docs.PAGE.parent / "pictures" / "explained-bill.svg").is_file()
