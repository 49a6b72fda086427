"""Both implementations of the seam, each with nothing in it at first."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.knowledge.http import HttpKnowledge
from clients.knowledge.memory import MemoryKnowledge

_serving = importlib.import_module("tests.support.knowledge")


@pytest.fixture(params=["http", "memory"])
async def knowledge(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield MemoryKnowledge([])
        return
    with _serving.serving(request.getfixturevalue("empty_database")) as served:
        client = HttpKnowledge(served.base_url, served.token, timeout_s=20)
        yield client
        await client.aclose()
