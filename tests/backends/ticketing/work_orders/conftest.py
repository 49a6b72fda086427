"""Moving orders over REST, and looking at them as staff do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

REPAIRED = {"cause": "低压熔断器熔断", "repair_note": "更换熔断器"}


@pytest.fixture
def move(post: Callable[..., httpx.Response]) -> Callable[..., httpx.Response]:
    """One event; fails the test when it is refused, unless `ok` is False."""

    def act(number: str, event: str, role: str = "crew", *, ok: bool = True, **fields: Any) -> httpx.Response:
        headers = {f"X-{name.title()}": fields.pop(name) for name in ("client",) if name in fields}
        body = {"event": event, "role": role, "actor": "A1032", **fields}
        answer = post(f"/v1/work-orders/{number}/events", body, **headers)
        assert not ok or answer.status_code == 200, answer.text
        return answer

    return act


@pytest.fixture
def staff(http: httpx.Client) -> Callable[[str], dict[str, Any]]:
    def read(number: str) -> dict[str, Any]:
        answer = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return read


@pytest.fixture
def repair(move: Callable[..., httpx.Response], phone: str) -> Callable[..., None]:
    """The crew's whole way, until the customer says that power is back."""

    def until_yes(number: str, **said: Any) -> None:
        for event in ("accept", "depart", "arrive", "secure"):
            move(number, event)
        move(number, "restore", data=REPAIRED)
        move(number, "ask", "system")
        move(number, "said_yes", "customer", phone_last4=phone[-4:], **({"data": said} if said else {}))

    return until_yes
