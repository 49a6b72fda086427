"""The opinion book of a hall, sorted by aspect beside our own checks."""

from __future__ import annotations

import pytest

STAFF = {"X-View": "staff"}
HALL = "城南营业厅"


@pytest.mark.row("S40")
def test_opinions_are_orders_and_stand_beside_what_the_check_found(post, sheet, staff, http, phone):
    said = [
        ("complaint", "waiting", "等了四十分钟"),
        ("complaint", "staff", "窗口说话不耐烦"),
        ("suggestion", "environment", "请放几副老花镜"),
        ("praise", "staff", "引导员很耐心"),
    ]
    numbers = {}
    for kind, aspect, words in said:
        body = {"kind": kind, "aspect": aspect, "said": words, "contact_phone": phone}
        answer = post(f"/v1/halls/{HALL}/opinions", body, **STAFF)
        assert answer.status_code == 201, answer.text
        numbers[kind, aspect] = answer.json()["order_no"]
    assert staff(numbers["complaint", "staff"])["details"]["complaint_class"] == "attitude"
    assert staff(numbers["suggestion", "environment"])["channel"] == "counter"

    sheet("hall", HALL, fails=("windows",), by=("J7001",))
    picture = http.get(f"/v1/halls/{HALL}/picture", headers=STAFF).json()
    rows = {row["aspect"]: row for row in picture["aspects"]}
    assert picture["last_score"] == 91
    assert rows["waiting"]["opinions"] == {"complaint": 1, "open": 1}
    assert rows["waiting"]["findings"] == ["windows不合格"]
    assert rows["staff"]["opinions"] == {"complaint": 1, "praise": 1, "open": 2}


def test_a_hall_nobody_wrote_about_is_empty(http):
    picture = http.get("/v1/halls/青石营业厅/picture", headers=STAFF).json()
    assert (picture["last_score"], {row["aspect"] for row in picture["aspects"] if row["opinions"]}) == (None, set())
