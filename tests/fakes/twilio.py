"""The telephone company for tests: the simulator, set up for one of our lines, and what must hold of every call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ivr.simulator import Heard, Line, Simulator

PUBLIC_URL = "https://ivr.example.com"
NUMBER = "+8695598"
ACCOUNT = "AC00000000000000000000000000000000"
_UNSPEAKABLE = re.compile(r"[A-Za-z0-9*#@/\\\[\]{}()<>]")
LONGEST_BREATH = 70


def provider_line(auth_token: str, public_url: str = PUBLIC_URL, **switches: Any) -> Line:
    """The number as its owner would configure it with us; warnings of the schema are errors."""
    return Line(
        account_sid=ACCOUNT,
        auth_token=auth_token,
        number=NUMBER,
        voice_url=f"{public_url}/ivr/voice",
        status_callback=f"{public_url}/ivr/status",
        strict=True,
        **switches,
    )


def telephone(base_url: str, auth_token: str, public_url: str = PUBLIC_URL) -> Simulator:
    """A telephone that rings up the line at `base_url`."""
    return Simulator(
        auth_token=auth_token,
        account_sid=ACCOUNT,
        number=NUMBER,
        voice_url=f"{public_url}/ivr/voice",
        status_callback=f"{public_url}/ivr/status",
        strict=True,
        app=base_url,
    )


def voice_is_clean(transcript: Iterable[Heard]) -> None:
    """Everything said is Chinese, in breaths, by a Chinese voice (etiquette 15)."""
    for heard in transcript:
        assert heard.kind == "say", f"not said but {heard}"
        assert not _UNSPEAKABLE.search(heard.text), heard.text
        assert 0 < len(heard.text) <= LONGEST_BREATH, heard.text
        assert (heard.voice, heard.language) == ("Polly.Zhiyu-Neural", "cmn-CN")
