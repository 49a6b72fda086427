"""Every change and every refused attempt is on record: who, when, why, and through which door."""

from __future__ import annotations

import psycopg
import pytest

from backends.ticketing.work_orders import callers
from kernel import clock


@pytest.mark.row("S122")
def test_change_says_who_made_it_why_and_whence(file_fault, move, staff, phone):
    number = file_fault(channel="wechat").json()["order_no"]
    fields = {"phone_last4": phone[-4:], "channel": "wechat", "client": "gateway", "reason": "来电了"}
    move(number, "withdraw", "customer", **fields)

    first, *_, last = staff(number)["events"]
    assert (first["event"], first["channel"], first["client"]) == ("register", "wechat", "ticketing")
    assert (last["actor"], last["role"], last["reason"]) == ("A1032", "customer", "来电了")
    assert (last["channel"], last["client"]) == ("wechat", "gateway")


def test_wrong_role_is_refused_and_kept(file_fault, move, staff):
    number = file_fault().json()["order_no"]

    answer = move(number, "accept", "agent", ok=False)

    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    (kept,) = staff(number)["refused_attempts"]
    assert (kept["event"], kept["role"], kept["actor"], kept["status"]) == ("accept", "agent", "A1032", "dispatched")
    assert (kept["code"], kept["client"]) == ("role_not_allowed", "service")
    assert staff(number)["status"] == "dispatched"


def test_wrong_role_at_an_outage_is_kept_too(post, http):
    body = {"outage_kind": "fault", "community": "无此权新村", "reason_public": "线路故障", "actor": "D4001"}
    number = post("/v1/outages", body).json()["outage_no"]
    act = {"event": "dispatch", "role": "crew", "actor": "A1032"}
    assert post(f"/v1/outages/{number}/events", act).json()["code"] == "role_not_allowed"
    (kept,) = http.get(f"/v1/outages/{number}", headers={"X-View": "staff"}).json()["refused_attempts"]
    assert (kept["event"], kept["role"]) == ("dispatch", "crew")
    assert "refused_attempts" not in http.get(f"/v1/outages/{number}").json()


def test_program_does_not_speak_for_roles_that_are_not_its_own(file_fault, move, staff, http):
    number = file_fault().json()["order_no"]
    assert move(number, "accept", "crew", ok=False, client="actions").status_code == 403
    assert move(number, "accept", "crew", ok=False, client="nobody_knows").status_code == 403
    assert [r["client"] for r in staff(number)["refused_attempts"]] == ["actions", "nobody_knows"]
    asked = http.get(f"/v1/work-orders/{number}/offers", headers={"X-View": "staff"}).json()["items"][0]["crew_no"]
    crews = http.get("/v1/crews", headers={"X-View": "staff"}).json()["items"]
    badge = next(crew["members"][0] for crew in crews if crew["crew_no"] == asked)
    assert move(number, "accept", "crew", client="crew", actor=badge).json()["status"] == "accepted"


def test_customer_without_proof_is_kept_too_and_the_customer_does_not_see_it(file_fault, move, staff, http, phone):
    number = file_fault().json()["order_no"]
    move(number, "withdraw", "customer", ok=False, phone_last4="0000")
    assert [r["code"] for r in staff(number)["refused_attempts"]] == ["identity_required"]
    assert "refused_attempts" not in http.get(f"/v1/work-orders/{number}", params={"phone_last4": phone[-4:]}).json()


def test_no_program_but_a_system_of_the_utility_speaks_for_everybody():
    assert [name for name, roles in callers.SPEAKS_FOR.items() if {"customer", "supervisor", "system"} <= roles] == [
        "service"
    ]


def test_refused_attempts_cannot_be_taken_away_even_in_the_database(file_fault, move, served):
    number = file_fault().json()["order_no"]
    move(number, "accept", "agent", ok=False)
    url = served.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    for statement in ("UPDATE ticketing.refused_attempts SET actor='x'", "DELETE FROM ticketing.refused_attempts"):
        with psycopg.connect(url) as link, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            link.execute(f"{statement} WHERE order_no = %s", (number,))


def test_number_grows_longer_past_9999_and_is_still_read(post, move, served, http, phone):
    url = served.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    body = {"order_type": "suggestion", "content": "大字", "contact_phone": phone}
    post("/v1/work-orders", body)
    with psycopg.connect(url) as link:
        many = """UPDATE ticketing.number_counters SET last = 9999 + last
                  WHERE order_type = 'suggestion' AND day = %s RETURNING last"""
        (last,) = link.execute(many, [clock.today()]).fetchone()

    number = post("/v1/work-orders", body).json()["order_no"]

    assert number == f"JY20261124{last + 1}"
    assert http.get(f"/v1/work-orders/{number}", params={"phone_last4": phone[-4:]}).json()["order_no"] == number
    assert move(number, "assign", "agent").json()["status"] == "assigned"
