"""A storm, whole: 300 households report, one incident, a time, power back, seven say no, seven own orders, the end."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kernel import clock, ids

HOUSEHOLDS, DARK = 300, 7
CALLERS = 8
_phones = itertools.count(13700800000)


@pytest.fixture
def second_door(served: Any) -> Iterator[httpx.Client]:
    """One more server on the same database, as a second process of the system would be."""
    serving = importlib.import_module("tests.backends.ticketing.serving")
    with serving.serving(served.database_url) as up, up.client() as client:
        yield client


def _report(area: str) -> dict[str, Any]:
    phone = str(next(_phones))
    return {
        "order_type": "fault_report",
        "transformer_area": area,
        "community": f"{area}村",
        "address": f"{area}村{phone[-4:]}号",
        "contact_phone": phone,
    }


def _file(door: httpx.Client, report: dict[str, Any]) -> dict[str, Any]:
    answer = door.post("/v1/work-orders", json=report, headers={"Idempotency-Key": ids.new_id("storm")})
    assert answer.status_code == 201, answer.text
    return answer.json() | {"phone": report["contact_phone"]}


@pytest.mark.row("S02")
@pytest.mark.row("S142")
def test_storm_of_three_hundred_reports(http, second_door, area, see, move, post, staff, work):
    doors = itertools.cycle((http, second_door))
    with ThreadPoolExecutor(CALLERS) as callers:
        orders = list(
            callers.map(_file, itertools.islice(doors, HOUSEHOLDS), [_report(area) for _ in range(HOUSEHOLDS)])
        )

    parents = {see(o["order_no"])["parent_order_no"] for o in orders}
    assert len(parents) == 1
    number = parents.pop()
    outage = see(number)
    assert (outage["status"], outage["declared_by"], outage["members"]) == ("declared", "auto", HOUSEHOLDS)
    assert [o["outage_no"] for o in http.get("/v1/outages", params={"transformer_area": area}).json()["items"]] == [
        number
    ]

    _repair(move, number)
    assert {m["order_no"] for m in _members(http, number)} == {o["order_no"] for o in orders}
    assert see(orders[-1]["order_no"])["details"]["eta_restore_at"] == "2026-11-24T16:30:00+08:00"

    power_back = clock.now() + timedelta(hours=2)
    with clock.hold(power_back):
        move(number, "restore")
        work(seconds=1)  # the rest of the members is asked as a job
    assert {m["status"] for m in _members(http, number)} == {"awaiting_confirm"}

    fresh = []
    for place, order in enumerate(orders[:DARK]):
        with clock.hold(
            power_back + timedelta(minutes=20 * place)
        ):  # three within half an hour would be the area again
            fresh.append(_answer(post, order, "2")["new_order"])
    assert len({f["order_no"] for f in fresh}) == DARK
    for new, old in zip(fresh, orders, strict=False):
        own = see(new["order_no"])
        assert (own["status"], own["priority"], own["details"]["split_from"]) == ("dispatched", 3, number)
        assert old["order_no"] in own["related_order_nos"]
    with clock.hold(power_back + timedelta(hours=2)):
        for order in orders[DARK : HOUSEHOLDS - 1]:
            _answer(post, order, "1")
    assert see(number)["status"] == "restored"

    with clock.hold(power_back):
        work(hours=24, minutes=1)

    ended = see(number)
    assert (ended["status"], ended["close_reason"]) == ("closed", "done")
    told = (ended["members_yes"], ended["members_no"], ended["members_silent"])
    assert told == (HOUSEHOLDS - DARK - 1, DARK, 1)
    assert {m["status"] for m in _members(http, number)} == {"closed"}

    for new, order in zip(fresh, orders, strict=False):
        _mend(post, new["order_no"], order["phone"])
    assert {see(new["order_no"])["status"] for new in fresh} == {"closed"}
    surveyed = [_survey(http, post, new["order_no"]) for new in fresh]
    assert surveyed == ["closed"] * DARK
    assert {see(new["order_no"])["satisfaction"] for new in fresh} == {5}


def _mend(post: Any, number: str, phone: str) -> None:
    """A single report's whole way, until the customer says that power is back."""
    mended = {"cause": "接户线断", "repair_note": "更换接户线"}
    crew = [(event, "crew", {}) for event in ("accept", "depart", "arrive", "secure")]
    ends = [
        ("restore", "crew", {"data": mended}),
        ("ask", "system", {}),
        ("said_yes", "customer", {"phone_last4": phone[-4:]}),
    ]
    for event, role, more in [*crew, *ends]:
        answer = post(f"/v1/work-orders/{number}/events", {"event": event, "role": role, "actor": "A1032", **more})
        assert answer.status_code == 200, answer.text


def _survey(http: httpx.Client, post: Any, number: str) -> str:
    """The follow-up of an order, answered on the telephone; its state then."""
    staff = {"X-View": "staff"}
    query = {"parent_order_no": number, "order_type": "follow_up"}
    (asked,) = http.get("/v1/work-orders", params=query, headers=staff).json()["items"]
    body = {"result": "answered", "actor": "V8001", "answers": {"q1_restored": "yes", "q2_score": 5}}
    answer = post(f"/v1/follow-ups/{asked['order_no']}/attempts", body, **staff)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order"]["status"])


def _repair(move: Any, number: str) -> None:
    move(number, "dispatch", "system")
    move(number, "arrive", reason="无定位")
    move(number, "diagnose", data={"reason_public": "树压断导线", "eta_restore_at": "2026-11-24T16:30:00+08:00"})


def _answer(post: Any, order: dict[str, Any], what: str) -> dict[str, Any]:
    told = {"order_no": order["order_no"], "phone_last4": order["phone"][-4:], "answer": what}
    answer = post("/v1/restoration-answers", told)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _members(http: httpx.Client, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 200, **({"cursor": cursor} if cursor else {})}
        page = http.get(f"/v1/outages/{number}/members", params=params, headers={"X-View": "staff"}).json()
        found += page["items"]
        if (cursor := page["next_cursor"]) is None:
            return found
