"""Figures of a small world whose orders are known by hand."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from backends.ticketing.figures import docs, sheet
from kernel import clock, ids

serving = importlib.import_module("tests.backends.ticketing.serving")
local = importlib.import_module("kit.local")
STAFF = {"X-View": "staff"}
DAY = datetime(2030, 3, 4, 9, tzinfo=clock.TZ)  # a Monday long after everything the sample holds
PERIOD = {"since": "2030-03-04", "until": "2030-03-06"}


@pytest.fixture(scope="module")
def world(postgres_home) -> Iterator[httpx.Client]:
    """Three faults of 望江苑 (one late on site, one still open), a complaint answered in time, two scores."""
    with serving.serving(local.create_database(postgres_home, "figures")) as up, up.client() as http:
        _live(http)
        yield http


def _live(http: httpx.Client) -> None:
    for number, minutes in enumerate((20, 65)):
        report = _file(http, _fault(number), at=DAY)
        _repair(http, report, on_site=DAY + timedelta(minutes=minutes))
        rating = {"score": (5, 2)[number], "is_solved": "yes", "phone_last4": f"000{number}"}
        with clock.hold(DAY + timedelta(hours=5)):
            assert _post(http, f"/v1/work-orders/{report}/ratings", rating).status_code == 201
    _file(http, _fault(2), at=DAY + timedelta(days=1))
    _file(http, {"order_type": "complaint", "what_happened": "来晚了", "contact_phone": "13700000009"}, at=DAY)
    _file(http, {"order_type": "whistle_blow", "whistle_class": "theft", "what": "绕表", "where": "望江苑"}, at=DAY)


def _fault(number: int) -> dict[str, Any]:
    home = {"address": f"望江苑{number + 1}号楼101", "contact_phone": f"1370000000{number}"}
    return {"order_type": "fault_report", "is_neighbour_out": "no", "is_breaker_tripped": "yes", **home}


def _post(http: httpx.Client, path: str, body: dict[str, Any]) -> httpx.Response:
    return http.post(path, json=body, headers={"Idempotency-Key": ids.new_id("k"), **STAFF})


def _file(http: httpx.Client, body: dict[str, Any], *, at: datetime) -> str:
    with clock.hold(at):
        answer = _post(http, "/v1/work-orders", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json().get("order_no"))


def _repair(http: httpx.Client, number: str, *, on_site: datetime) -> None:
    repaired = {"cause": "熔断", "repair_note": "更换"}
    steps = ((on_site - timedelta(minutes=5), "accept", "crew", {}), (on_site, "depart", "crew", {}),
             (on_site, "arrive", "crew", {}), (on_site, "secure", "crew", {}),
             (on_site + timedelta(hours=1), "restore", "crew", {"data": repaired}),
             (on_site + timedelta(hours=2), "ask", "system", {}),
             (on_site + timedelta(hours=2), "said_yes", "customer", {}))  # fmt: skip
    for at, event, role, more in steps:
        with clock.hold(at):
            answer = _post(
                http, f"/v1/work-orders/{number}/events", {"event": event, "role": role, "actor": "A1", **more}
            )
        assert answer.status_code == 200, answer.text


def _read(http: httpx.Client, **query: str) -> dict[str, Any]:
    with clock.hold(DAY + timedelta(days=1, hours=3)):
        answer = http.get("/v1/figures", params={**PERIOD, **query}, headers=STAFF)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


class TestByName:
    @pytest.mark.row("S141")
    @pytest.mark.parametrize(
        ("name", "of", "value"),
        [
            ("on_site_rate", 2, 50.0),
            ("on_site_min", 2, 42.5),
            ("restore_h_avg", 2, 1.0),
            ("satisfaction_rate", 2, 50.0),
            ("complaint_reply_rate", 0, None),
            ("reopened_rate", 2, 0.0),
        ],
    )
    def test_each_is_what_the_hand_counts_and_says_over_how_many(self, world, name, of, value):
        figure = _read(world)["total"]["kpis"][name]
        assert (figure["of"], figure["value"]) == (of, value)

    def test_nine_tenths_stand_beside_the_median(self, world):
        assert _read(world)["total"]["kpis"]["on_site_min"]["p90"] == 60.5


class TestGroups:
    def test_by_day_the_days_stand_in_their_order(self, world):
        rows = _read(world, by="day")["rows"]
        assert [row["key"] for row in rows] == ["2030-03-04", "2030-03-05"]
        assert rows[1]["count"] == 1

    def test_by_area_kind_every_order_is_in_one_row(self, world):
        found = _read(world, by="area")
        faults = {row["key"]: row["count"] for row in found["rows"]}
        assert faults["望江苑"] >= 3

    @pytest.mark.parametrize("by", ["area", "class", "channel", "day", "team", "crew", "area_kind"])
    def test_whistle_blowing_is_counted_in_no_small_group(self, world, by):
        whole = _read(world)["total"]["count"]
        assert sum(row["count"] for row in _read(world, by=by)["rows"]) == whole - 1

    @pytest.mark.row("S62")
    def test_by_face_the_five_of_the_utility_are_told_apart(self, world):
        faces = {row["key"] for row in _read(world, by="face")["rows"]}
        assert "emergency" in faces
        assert faces <= {"counter", "on_site", "consult", "special", "emergency"}

    def test_by_type_it_is_counted(self, world):
        counts = {row["key"]: row["count"] for row in _read(world, by="type")["rows"]}
        assert (counts["whistle_blow"], counts["complaint"], counts["fault_report"]) == (1, 1, 3)


class TestNow:
    def test_what_is_open_is_told_by_age_with_what_is_late(self, world):
        ages = {row["age"]: row for row in _read(world)["backlog"]}
        assert ages["1～4 小时"]["count"] >= 1
        assert list(ages) == ["1 小时内", "1～4 小时", "4～24 小时", "1～3 天", "3～7 天", "7 天以上"]

    def test_promises_are_told_by_clock(self, world):
        kept = {(row["order_type"], row["clock"]): row for row in _read(world)["promises"]}
        assert kept["fault_report", "on_site"] == {
            "order_type": "fault_report",
            "clock": "on_site",
            "of": 2,
            "value": 50.0,
        }


class TestTable:
    def test_it_opens_in_a_spreadsheet(self, world):
        answer = world.get("/v1/figures/table.csv", params={**PERIOD, "by": "type"}, headers=STAFF)
        assert answer.text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert len({len(row) for row in rows}) == 1
        assert rows[0][1] == "件数"

    @pytest.mark.parametrize("name", ["=1+1", "+8613", "-2", "@x", "\tx"])
    def test_nothing_in_it_runs(self, name):
        assert sheet.harmless(name) == f"'{name}"


def test_figures_are_for_staff_and_a_period_makes_sense(world):
    assert world.get("/v1/figures").status_code == 403
    wrong = {"since": "2030-03-06", "until": "2030-03-04"}
    assert world.get("/v1/figures", params=wrong, headers=STAFF).status_code == 422
    assert world.get("/v1/figures", params={"by": "name"}, headers=STAFF).status_code == 422


def test_page_is_fresh():
    assert docs.PAGE.read_text(encoding="utf-8") == docs.render(), "run: python -m backends.ticketing.figures.docs"
