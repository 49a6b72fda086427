"""Late, reminded kindly, warned lawfully, stopped only in order, and back within the day once paid."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel import clock, ids


def sms_of(house, account, purpose):
    return house.ask(
        """SELECT count(*), max(text) FROM billing.sms_outbox s JOIN billing.accounts a ON a.contact_phone = s.phone
        WHERE a.account_no = %s AND s.purpose = %s AND s.text LIKE '%%' || right(a.account_no, 4) || '%%'""",
        account, purpose,
    )  # fmt: skip


@pytest.fixture
def listed(debtor, days_late, round_of, case_of, step):
    """A case on the thirty-first day, listed."""
    with days_late(31) as at:
        round_of(at)
        case = case_of(debtor)
        assert step(case["case_no"], "list").status_code == 201
    return case["case_no"]


@pytest.fixture
def pay(call):
    def give(account):
        link = call("POST", f"/accounts/{account}/pay-links", {"subject": "c", "conversation_id": "c_1"})
        assert link.status_code == 201, link.text
        token = link.json()["url"].rsplit("/", 1)[1]
        assert call("POST", f"/pay-links/{token}/sandbox-payment").status_code == 201

    return give


@pytest.mark.row("S43")
def test_reminders_come_on_their_days_once_each_and_offer_time(house, debtor, days_late, round_of):
    house.ask(  # other tests' rounds have gone over everybody
        """WITH r AS (DELETE FROM billing.reminders USING billing.bills b WHERE b.bill_no = reminders.bill_no
            AND b.account_no = %s), s AS (DELETE FROM billing.sms_outbox s USING billing.accounts a
            WHERE a.contact_phone = s.phone AND a.account_no = %s) SELECT 1""",
        debtor, debtor,
    )  # fmt: skip
    seen = []
    for days in (-4, -3, 0, 1, 5, 10, 20, 31):
        with days_late(days) as at:
            round_of(at)
            round_of(at)
            seen.append(sms_of(house, debtor, "reminder")[0])
    assert seen == [0, 1, 1, 2, 2, 3, 4, 5]
    assert "登记困难" in sms_of(house, debtor, "reminder")[1]


class TestTheWayToAStop:
    def test_no_step_can_be_left_out_and_each_looks_at_the_law(self, house, debtor, days_late, listed, step, case_of):
        with days_late(31):
            for early in ("notice", "warn", "stop"):
                assert step(listed, early).json()["code"] == "step_refused"
            assert step(listed, "approve", actor="M1001").status_code == 201
            for days, lawful in ((2, False), (8, False), (4, True)):
                stop_at = clock.now() + timedelta(days=days)
                answer = step(listed, "notice", method="by_hand", received_by="户主", stop_at=stop_at.isoformat())
                assert answer.status_code == (201 if lawful else 409), answer.text
            assert "缴清就不停" in sms_of(house, debtor, "arrears_notice")[1]
        stop_at = datetime.fromisoformat(case_of(debtor)["stop_at"])
        with clock.hold(stop_at - timedelta(minutes=90)):
            assert step(listed, "warn").status_code == 409
        with clock.hold(stop_at - timedelta(minutes=40)):
            assert step(listed, "warn").status_code == 201
            assert step(listed, "stop", weather_red=False).status_code == 409
        with clock.hold(stop_at + timedelta(minutes=1)):
            assert "weather_red" in step(listed, "stop").json()["detail"]
            assert step(listed, "stop", weather_red=False).json()["stage"] == "stopped"
        assert house.ask("SELECT status FROM billing.accounts WHERE account_no = %s", debtor) == ("stopped",)

    def test_thirty_days_are_not_enough(self, debtor, days_late, round_of, case_of, step):
        with days_late(30) as at:
            round_of(at)
            refused = step(case_of(debtor)["case_no"], "list")
        assert (refused.status_code, "more than 30" in refused.json()["detail"]) == (409, True)

    def test_paid_before_the_stop_ends_it(self, debtor, days_late, listed, step, case_of, pay):
        with days_late(31):
            step(listed, "approve", actor="M1001")
            pay(debtor)
        closed = case_of(debtor)
        assert (closed["stage"], closed["steps"][-1]["step"]) == ("closed", "paid")
        with days_late(32):
            assert step(listed, "notice").json()["code"] == "step_refused"

    def test_a_life_support_device_is_looked_at_first(self, house, debtor, days_late, listed, step):
        house.ask(
            "UPDATE billing.accounts SET has_life_support = true WHERE account_no = %s RETURNING account_no", debtor
        )
        with days_late(31):
            assert "life-support" in step(listed, "approve", actor="M1001").json()["detail"]
            assert step(listed, "approve", actor="M1001", life_support_checked_by="M1002").status_code == 201

    def test_a_critical_user_is_reported_before_anything_more(self, house, debtor, days_late, listed, step, case_of):
        house.ask(
            "UPDATE billing.accounts SET user_kind = '重要客户' WHERE account_no = %s RETURNING account_no", debtor
        )
        with days_late(31):
            step(listed, "approve", actor="M1001")
            stop_at = clock.now() + timedelta(days=4)
            step(listed, "notice", method="by_hand", received_by="张", stop_at=stop_at.isoformat())
        with clock.hold(stop_at - timedelta(minutes=40)):
            assert "authority" in step(listed, "warn").json()["detail"]
            assert step(listed, "report", receipt_no="JG-1").status_code == 201
            assert step(listed, "warn").status_code == 201

    def test_a_holiday_is_no_day_for_a_stop(self, days_late, listed, step):
        with days_late(31):
            step(listed, "approve", actor="M1001")
            new_year = datetime(2026, 12, 31, 10, tzinfo=clock.TZ)
            answer = step(listed, "notice", method="by_hand", received_by="户主", stop_at=new_year.isoformat())
        assert (answer.status_code, "not worked" in answer.json()["detail"]) == (409, True)

    @pytest.mark.row("S43")
    def test_hardship_is_written_down_and_the_clock_starts_again(self, days_late, listed, step):
        with days_late(31):
            answer = step(listed, "hardship", plan="分三个月，每月 25 日前缴 40 元")
        assert (answer.status_code, answer.json()["stage"]) == (201, "reminded")


def test_stopped_paid_and_back_within_minutes(house, debtor, days_late, listed, step, case_of, pay, call):
    with days_late(31):
        step(listed, "approve", actor="M1001")
        stop_at = clock.now() + timedelta(days=4)
        step(listed, "notice", method="by_hand", received_by="户主", stop_at=stop_at.isoformat())
    with clock.hold(stop_at - timedelta(minutes=45)):
        step(listed, "warn")
    with clock.hold(stop_at):
        assert step(listed, "stop", weather_red=False).status_code == 201
    with clock.hold(stop_at + timedelta(hours=2)) as _:
        pay(debtor)
        assert case_of(debtor)["stage"] == "reconnecting"
        house.work(clock.now())
    (order,) = call("GET", f"/accounts/{debtor}/arrears").json()["reconnections"]
    meter = house.ask("SELECT meter_no FROM billing.meters WHERE account_no = %s", debtor)[0]
    if meter.endswith("13"):
        assert order["problem"] == "meter_silent"
        call("POST", f"/reconnections/{order['order_no']}/done", {"actor": "Q001"})
    assert house.ask("SELECT status FROM billing.accounts WHERE account_no = %s", debtor) == ("active",)
    closed = case_of(debtor)
    assert [s["step"] for s in closed["steps"]][-2:] == ["paid", "reconnected"]
    assert datetime.fromisoformat(order["due_by"]) - datetime.fromisoformat(order["ordered_at"]) == timedelta(hours=24)
    told = house.ask(
        """SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'conversations.announce'
        AND args->>'key' = ANY(%s)""",
        [f"reconnected:{order['order_no']}"],
    )
    assert told == (1,)


def test_a_meter_that_does_not_answer_is_switched_by_a_crew(house, call, days_late):
    account = house.ask(
        """SELECT account_no FROM billing.accounts a WHERE balance_fen IS NOT NULL AND status = 'active' AND
        contact_phone IS NOT NULL ORDER BY 1 LIMIT 1"""
    )[0]
    house.ask(
        """INSERT INTO billing.meters (meter_no, account_no, point_kind, digits, multiplier, registers, installed_on,
            verified_until)
        VALUES ('99000013', %s, 'main', 5, 1, '["total"]', '2026-01-01', '2030-01-01') RETURNING 1""",
        account,
    )
    house.ask(
        "UPDATE billing.accounts SET status = 'stopped', balance_fen = -2140 WHERE account_no = %s RETURNING 1", account
    )
    with days_late(0) as at:
        link = call("POST", f"/accounts/{account}/pay-links", {"subject": "c", "amount_fen": 10000}).json()
        call("POST", f"/pay-links/{link['url'].rsplit('/', 1)[1]}/sandbox-payment")
        (order,) = call("GET", f"/accounts/{account}/arrears").json()["reconnections"]
        assert order["done_at"] is None
        done = call("POST", f"/reconnections/{order['order_no']}/done", {"actor": "Q001"})
    assert (done.status_code, done.json()["done_at"][:10]) == (201, at.date().isoformat())
    assert house.ask("SELECT status FROM billing.accounts WHERE account_no = %s", account) == ("active",)


def test_what_is_owed_by_age_and_only_for_whoever_collects(call, debtor, days_late, round_of):
    with days_late(1) as at:
        round_of(at)
        listed = call("GET", "/arrears?limit=5").json()
    assert listed["items"]
    assert [row["age"] for row in listed["by_age"]][:2] == ["未到期", "1～30 天"]
    assert call("GET", "/arrears", **{"X-Client": "actions"}).json()["code"] == "scope_missing"
    assert call("POST", f"/arrears/{ids.new_id('cf')}/steps", {"step": "list", "actor": "C1"}).status_code == 404


def test_the_table_of_steps_is_there_for_the_desk(call):
    steps = {one["step"]: one for one in call("GET", "/arrears/steps").json()["items"]}
    assert steps["stop"]["from"] == ["warned"]
    assert "3～7 天" in steps["notice"]["asks"]
