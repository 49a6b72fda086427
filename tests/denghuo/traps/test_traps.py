"""Each trap catches the mistake it is for, and lets the right way pass."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

traps = importlib.import_module("scripts.traps")

CAUGHT = {
    "an unmasked phone in a log": ("gateway/a.py", "log.info('new', phone=order.phone)"),
    "an account number in a log": ("gateway/a.py", "log.warning('new', account_no=no)"),
    "a clock of its own": ("desk/a.py", "from datetime import datetime\nx = datetime.now(tz)"),
    "a bare time": ("desk/a.py", "import time\nx = time.time()"),
    "money as float": ("backends/a.py", "def f(amount_due: float): ..."),
    "money turned into float": ("backends/a.py", "x = float(bill.amount_yuan)"),
    "a client without timeout": ("clients/a.py", "c = httpx.AsyncClient(base_url=u)"),
    "rasa outside bot": ("actions/a.py", "from rasa.core import agent"),
    "a registry's address": ("docs/a.md", "see https://" + "pypi" + ".org/simple"),
}
PASSED = {
    "a masked phone": ("gateway/a.py", "log.info('new', phone=mask_phone(order.phone))"),
    "the house clock": ("desk/a.py", "from kernel import clock\nx = clock.now()"),
    "the clock itself": ("kernel/clock.py", "x = datetime.now(TZ)"),
    "money in fen": ("backends/a.py", "def f(amount_fen: int): ..."),
    "a client with timeout": ("clients/a.py", "c = httpx.AsyncClient(timeout=2)"),
    "rasa in bot": ("bot/a.py", "import rasa"),
    "an excused line": ("desk/a.py", "x = time.time()  # trap-ok: measures the machine"),
}


@pytest.mark.parametrize("path, source", CAUGHT.values(), ids=CAUGHT.keys())
def test_it_is_caught(path: str, source: str) -> None:
    assert len(traps.traps_in(Path(path), source)) == 1


@pytest.mark.parametrize("path, source", PASSED.values(), ids=PASSED.keys())
def test_it_passes(path: str, source: str) -> None:
    assert traps.traps_in(Path(path), source) == []
