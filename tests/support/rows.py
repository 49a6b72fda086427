"""Which rows of the seed does a test show, and did it pass? The marks travel with the reports (xdist included)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


class RowCollector:
    """Collects row → test → outcome in the controlling process and writes it as JSON at the end."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.seen: dict[str, dict[str, str]] = {}

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        for mark in item.iter_markers("row"):
            item.user_properties.extend(("row", str(number)) for number in mark.args)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        counts = report.when == "call" or report.outcome != "passed"
        for key, number in report.user_properties:
            if key == "row" and counts:
                tests = self.seen.setdefault(str(number), {})
                worse = tests.get(report.nodeid, "passed") != "passed"
                tests[report.nodeid] = tests[report.nodeid] if worse else report.outcome

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):
            return
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text(json.dumps(self.seen, ensure_ascii=False, indent=1, sort_keys=True))
