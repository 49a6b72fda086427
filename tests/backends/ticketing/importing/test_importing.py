"""Orders of another system: each row once, each by the rules, each refusal with its row."""

from __future__ import annotations

import importlib
import json

import pytest

from backends.ticketing.errors import BadField
from backends.ticketing.importing.reading import rows_of
from kernel import clock, ids

work_until = importlib.import_module("tests.backends.ticketing.working").work_until
STAFF = {"X-View": "staff"}
OURS = "ticketing.importing"


@pytest.fixture
def bring(http, served):
    """Hand a file in and wait for its end."""

    def run(text: str, *, key: str | None = None) -> dict:
        headers = {"Idempotency-Key": key or ids.new_id("k"), "Content-Type": "text/plain", **STAFF}
        started = http.post("/v1/imports", content=text.encode(), headers=headers)
        assert started.status_code == 202, started.text
        work_until(served.database_url, clock.now(), room=OURS)
        return dict(http.get(f"/v1/imports/{started.json()['import_no']}", headers=STAFF).json())

    return run


def row(phone: str, place: int, **fields) -> dict:
    return {"order_type": "consult", "topic": "usage", "question": f"第 {place} 个问题", "contact_phone": phone,
            "idempotency_key": f"old-{phone}-{place}", **fields}  # fmt: skip


def lines(*rows: dict) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows)


def test_every_row_is_filed_once_and_a_bad_one_spoils_no_other(bring, phone, http):
    told = bring(
        lines(row(phone, 1), row(phone, 2, topic="weather"), row(phone, 3, order_type="nothing"), row(phone, 4))
    )
    assert (told["total"], told["done"], told["filed"]) == (4, 4, 2)
    assert [one["row"] for one in told["refused"]] == [2, 3]
    assert "topic" in told["refused"][0]["problem"]
    assert told["finished_at"]
    found = http.get("/v1/work-orders", params={"contact_phone": phone}, headers=STAFF).json()["items"]
    assert len(found) == 2


def test_the_same_file_is_the_same_import_and_the_same_row_in_another_file_is_known(bring, phone):
    first, again = bring(lines(row(phone, 1))), bring(lines(row(phone, 1)))
    assert first["import_no"] == again["import_no"]
    other = bring(lines(row(phone, 1), row(phone, 2)))
    assert (other["filed"], other["known"]) == (1, 1)


def test_more_rows_than_one_step_takes(bring, phone):
    told = bring(lines(*(row(phone, place) for place in range(120))))
    assert (told["done"], told["filed"] + told["known"]) == (120, 120)


def test_a_table_from_a_spreadsheet(bring, phone):
    told = bring(f"order_type,topic,question,contact_phone,account_no\nconsult,usage,电量怎么查,{phone},\n")
    assert (told["filed"], told["refused"]) == (1, [])


def test_nobody_is_told(bring, phone, http, served):
    import psycopg

    bring(lines(row(phone, 1)))
    with psycopg.connect(served.database_url.replace("+psycopg", "")) as link:
        query = "SELECT count(*) FROM ticketing.notice_audience WHERE phone = %s"
        assert link.execute(query, [phone]).fetchone() == (0,)


@pytest.mark.parametrize("data", [b"", b"\n\n", b'{"a": }', b"[1,2]", b"\xff\xfe\x00", b"{}\nnonsense"])
def test_what_is_no_table_is_refused_whole(data):
    with pytest.raises(BadField):
        rows_of(data)


def test_imports_are_for_staff(http):
    answer = http.post("/v1/imports", content=b"{}", headers={"Idempotency-Key": "k", "Content-Type": "text/plain"})
    assert answer.status_code == 403
