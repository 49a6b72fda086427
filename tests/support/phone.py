"""`line.call(…)`: a telephone that rings the running line."""

from __future__ import annotations

import importlib
from typing import Any

twilio = importlib.import_module("tests.fakes.twilio")


def call(line: Any, *, from_: str = "+8613812345678") -> Any:
    """Place a call and hear the greeting out."""
    sample = line.sample
    simulator = twilio.telephone(line.base_url, sample["twilio_auth_token"], sample["public_url"])
    return simulator.inbound(from_=from_).hear_out()
