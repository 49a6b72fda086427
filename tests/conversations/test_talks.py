"""The twelve kinds of talk (one folder each, design 5) against the running line, one test a file."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

talks = importlib.import_module("tests.support.talks")

if TYPE_CHECKING:
    from tests.support.line import RunningLine


@pytest.mark.line
@pytest.mark.parametrize("talk", talks.found_in(Path(__file__).parent))
def test_the_customer_is_served(line: RunningLine, talk: dict[str, Any]) -> None:
    talks.hold(line, talk)
