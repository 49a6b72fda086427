"""What happens to an order after it was filed, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from kernel import clock

REPAIR = ("accept", "depart", "arrive", "secure")
FIXED = {"cause": "低压熔断器熔断", "repair_note": "更换熔断器"}


def test_fault_goes_from_dispatch_to_the_customer_s_yes(file_fault, move, http, phone):
    number = file_fault().json()["order_no"]
    for event in REPAIR:
        move(number, event)
    move(number, "restore", data=FIXED)
    move(number, "ask", "system")

    closed = move(number, "said_yes", "customer", phone_last4=phone[-4:], data={"satisfaction": 5}).json()

    assert (closed["status"], closed["close_reason"], closed["satisfaction"]) == ("closed", "done", 5)
    assert closed["closed_at"] == clock.now().isoformat()
    whole = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"}).json()
    assert [e["to"] for e in whole["events"]] == [
        "registered", "dispatched", "accepted", "en_route", "on_site", "repairing", "restored", "awaiting_confirm",
        "closed",
    ]  # fmt: skip
    assert whole["details"]["is_restored"] == "yes"
    assert all(e["at"] and e["actor"] and e["role"] for e in whole["events"])


def test_event_the_state_does_not_know_is_refused_and_leaves_no_trace(file_fault, move, http):
    number = file_fault().json()["order_no"]

    answer = move(number, "restore", ok=False, data=FIXED)

    assert (answer.status_code, answer.json()["code"]) == (409, "event_not_allowed")
    assert "accept" in answer.json()["possible"]
    whole = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"}).json()
    assert (whole["status"], len(whole["events"]), whole["details"]["cause"]) == ("dispatched", 2, None)


def test_restoring_without_a_cause_is_refused(file_fault, move):
    number = file_fault().json()["order_no"]
    for event in REPAIR:
        move(number, event)

    answer = move(number, "restore", ok=False, data={"cause": "不明"})

    assert (answer.status_code, answer.json()["code"]) == (409, "guard_failed")
    assert "repair_note" in answer.json()["detail"]


def test_wrong_role_is_refused(file_fault, move):
    number = file_fault().json()["order_no"]
    answer = move(number, "accept", "agent", ok=False)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


def test_customer_moves_an_order_only_with_proof(file_fault, move, phone):
    number = file_fault().json()["order_no"]

    assert move(number, "withdraw", "customer", ok=False).json()["code"] == "identity_required"
    assert move(number, "withdraw", "customer", phone_last4=phone[-4:]).json()["status"] == "withdrawn"


@pytest.mark.parametrize(
    "data", [{"on_site_by": "2027-01-01T00:00:00+08:00"}, {"nonsense": 1}, {"cause": "x" * 900}, {"satisfaction": 9}]
)
def test_event_may_not_write_promises_or_nonsense(file_fault, move, data):
    number = file_fault().json()["order_no"]
    answer = move(number, "accept", ok=False, data=data)
    assert answer.status_code == 422
    assert next(iter(data)) in answer.json()["fields"][0]["at"]


def test_stale_version_is_refused(file_fault, move):
    order = file_fault().json()
    move(order["order_no"], "accept", if_version=order["version"])
    answer = move(order["order_no"], "depart", ok=False, if_version=order["version"])
    assert answer.json()["code"] == "version_conflict"


def test_same_event_with_the_same_key_happens_once(file_fault, post, http):
    number = file_fault().json()["order_no"]
    act = {"event": "accept", "role": "crew", "actor": "A1032"}

    first, again = (post(f"/v1/work-orders/{number}/events", act, key=f"{number}:accept") for _ in range(2))

    assert first.json() == again.json()
    assert len(http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"}).json()["events"]) == 3


def test_reopening_starts_a_new_clock_within_seven_days(file_fault, move, phone):
    number = file_fault().json()["order_no"]
    for event in REPAIR:
        move(number, event)
    move(number, "restore", data=FIXED)
    move(number, "ask", "system")
    with clock.hold(clock.now() + timedelta(days=1)):
        move(number, "silent", "system")

    with clock.hold(clock.now() + timedelta(days=6)):
        order = move(number, "reopen", "customer", phone_last4=phone[-4:]).json()
        assert (order["status"], order["reopened_count"], order["escalation_level"]) == ("dispatched", 1, 1)
        assert order["deadline_at"] == (clock.now() + timedelta(minutes=40)).isoformat()
        assert order["closed_at"] is None


def test_reopening_after_seven_days_is_refused(file_fault, move, phone):
    number = file_fault().json()["order_no"]
    for event in REPAIR:
        move(number, event)
    move(number, "restore", data=FIXED)
    move(number, "ask", "system")
    with clock.hold(clock.now() + timedelta(days=1)):
        move(number, "silent", "system")

    with clock.hold(clock.now() + timedelta(days=9)):
        answer = move(number, "reopen", "customer", ok=False, phone_last4=phone[-4:])
    assert answer.json()["code"] == "guard_failed"


def test_clock_stands_while_the_customer_has_to_bring_something(post, move, phone):
    body = {"order_type": "complaint", "what_happened": "停电没通知", "contact_phone": phone}
    order = post("/v1/work-orders", body).json()
    number, due = order["order_no"], order["deadline_at"]
    move(number, "assign", "complaint_desk", data={"owner": "P5003", "tracker": "K2005"})
    move(number, "contact", "handler")
    move(number, "ask_customer", "handler", reason="缺照片")

    with clock.hold(clock.now() + timedelta(days=2)):
        back = move(number, "customer_replied", "customer", phone_last4=phone[-4:]).json()

    assert back["clock_paused_s"] == 2 * 86400
    assert (due, back["deadline_at"]) == ("2026-11-29T14:32:00+08:00", "2026-12-01T14:32:00+08:00")


def test_nobody_tracks_their_own_complaint(post, move, phone):
    body = {"order_type": "complaint", "what_happened": "态度差", "contact_phone": phone}
    number = post("/v1/work-orders", body).json()["order_no"]
    answer = move(number, "assign", "complaint_desk", ok=False, data={"owner": "P5003", "tracker": "P5003"})
    assert answer.status_code == 422


def test_history_cannot_be_rewritten_even_in_the_database(file_fault, served):
    number = file_fault().json()["order_no"]
    url = served.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    for statement in ("UPDATE ticketing.order_events SET actor='x'", "DELETE FROM ticketing.order_events"):
        with psycopg.connect(url) as link, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            link.execute(f"{statement} WHERE order_no = %s", (number,))


class TestUrging:
    def urge(self, post, number, phone, **fields):
        return post(f"/v1/work-orders/{number}/urges", {"phone_last4": phone[-4:], **fields})

    @pytest.mark.row("S70")
    def test_is_counted_recorded_and_promises_an_answer(self, file_fault, post, phone):
        number = file_fault().json()["order_no"]

        told = self.urge(post, number, phone, reason="overdue").json()

        assert (told["urge_count"], told["recorded"], told["escalation_level"]) == (1, True, 0)
        assert told["urge_order_no"].startswith("CB20261124")
        assert told["reply_by"] == (clock.now() + timedelta(minutes=30)).isoformat()

    def test_within_ten_minutes_only_counts_but_still_climbs(self, file_fault, post, phone):
        number = file_fault().json()["order_no"]
        told = [self.urge(post, number, phone).json() for _ in range(3)]
        assert [t["urge_count"] for t in told] == [1, 2, 3]
        assert [t["recorded"] for t in told] == [True, False, False]
        assert [t["escalation_level"] for t in told] == [0, 2, 3]

    def test_life_in_need_is_never_cooled_and_raises_the_priority(self, file_fault, post, phone):
        number = file_fault().json()["order_no"]
        self.urge(post, number, phone)
        told = self.urge(post, number, phone, reason="life_need", worse_note="制氧机电池只够半小时").json()
        assert (told["recorded"], told["order"]["priority"]) == (True, 2)

    def test_needs_proof_and_an_open_order(self, file_fault, post, move, phone):
        number = file_fault().json()["order_no"]
        assert post(f"/v1/work-orders/{number}/urges", {}).json()["code"] == "identity_required"
        move(number, "withdraw", "customer", phone_last4=phone[-4:])
        assert self.urge(post, number, phone).json()["code"] == "order_finished"
