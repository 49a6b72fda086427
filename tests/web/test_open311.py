"""Open311 on the public port of the whole running line."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

areas = importlib.import_module("tests.support.areas")
pytestmark = pytest.mark.line
PLACE = "阳光里"


def test_anybody_reports_and_sees_how_far_it_is_and_nothing_else(line: Any) -> None:
    body = {"service_code": "no_power", "address_string": f"{PLACE}2号楼3单元401", "phone": "13912342288"}
    with areas.to_ourselves(line, PLACE), line.public() as http:
        assert "no_power" in [one["service_code"] for one in http.get("/open311/v2/services.json").json()]
        filed, again = (http.post("/open311/v2/requests.json", json=body) for _ in range(2))
        assert (filed.status_code, filed.json()) == (201, again.json())
        number = filed.json()[0]["service_request_id"]
        (shown,) = http.get(f"/open311/v2/requests/{number}.json").json()
        assert (shown["status"], shown["address"]) == ("open", PLACE)
        assert "401" not in str(shown["address"])
        listed = http.get("/open311/v2/requests.json", params={"status": "open"}).json()
        assert number in [one["service_request_id"] for one in listed]
        assert http.post("/open311/v2/requests.json", json={"service_code": "pothole"}).status_code == 422
