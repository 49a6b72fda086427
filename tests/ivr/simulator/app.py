"""An app to ring up: answers from a table, records what it was sent. The wire is real parsing, no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ivr.simulator import Call, Simulator
from ivr.simulator.wire import WireAnswer, WireRequest

BASE = "https://ivr.example.com"
Answer = str | WireAnswer | Callable[[WireRequest], WireAnswer]


@dataclass
class Got:
    method: str
    path: str
    url: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class App:
    """`pages` maps a path to a document (inside of Response), an answer, or a list used one after another."""

    pages: dict[str, Any]
    got: list[Got] = field(default_factory=list)

    def send(self, request: WireRequest) -> WireAnswer:
        path = urlsplit(request.url).path
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        self.got.append(Got(request.method, path, request.url, form, request.headers))
        page = self.pages.get(path)
        if isinstance(page, list):
            page = page.pop(0)
        if isinstance(page, WireAnswer):
            return page
        if page is None:
            return WireAnswer(body=b"", status=204) if path == "/status" else WireAnswer(body=b"<Response/>")
        return WireAnswer(body=f"<Response>{page}</Response>".encode())

    def close(self) -> None:
        pass

    def paths(self) -> list[str]:
        return [g.path for g in self.got]

    def last(self, path: str) -> Got:
        return [g for g in self.got if g.path == path][-1]


def ring(first: Any, **pages: Any) -> tuple[Call, App]:
    """Ring an app whose voice URL answers `first`; keyword `g=` is the page `/g`. `_voice` etc. configure the line."""
    line = {k.removeprefix("line_"): pages.pop(k) for k in list(pages) if k.startswith("line_")}
    app = App({"/voice/in": first, **{f"/{name}": page for name, page in pages.items()}})
    settings = {"voice_url": f"{BASE}/voice/in", "status_callback": f"{BASE}/status"} | line
    sim = Simulator(
        auth_token="1f0e2d3c4b5a69788796a5b4c3d2e1f0", account_sid="AC0", number="+14155550100", app=app, **settings
    )
    return sim.inbound(), app
