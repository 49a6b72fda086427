"""A phone number does not reach a log whole, whichever way it is sent there."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from kit import logging
logging.configure("test")
log = logging.get("x")
log.info("来电 13812345678", note="打 13812345678", conversation_id="c_13812345678")
try:
    raise ValueError("电话 13812345678")
except ValueError:
    log.exception("went wrong")
"""


def test_phones_are_masked_in_event_values_and_tracebacks() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    kept = done.stderr.replace("c_13812345678", "")
    assert "service='test'" in kept
    assert "13812345678" not in kept
