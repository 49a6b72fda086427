"""What a customer is told of their order, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel import clock


@pytest.fixture
def act(post):
    def move(order_no, event, role, **fields):
        answer = post(f"/v1/work-orders/{order_no}/events", {"event": event, "role": role, "actor": "A1", **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return move


def test_fault_is_acknowledged_with_number_and_hour(file_fault, told, phone, work):
    order = file_fault().json()
    work()
    one = told(phone)[0]
    assert (one.template, one.state, one.times) == ("fault_report.dispatch", "sent", 1)
    assert f"单号 {order['order_no']}，" in one.text
    assert "15:12 前到场" in one.text
    assert "下午三点十二分前到场" in one.speech


def test_every_step_with_a_notice_is_told_and_no_other(file_fault, told, phone, act):
    number = file_fault().json()["order_no"]
    act(number, "accept", "crew")
    act(number, "depart", "crew")
    act(number, "arrive", "crew", reason="在楼下")
    act(number, "secure", "crew")
    act(number, "restore", "crew", data={"cause": "熔断器熔断", "repair_note": "换件"})
    events = [one.template.split(".")[1] for one in told(phone)]
    assert events[:6] == ["dispatch", "accept", "depart", "arrive", "secure", "restore"]


def test_declining_crew_is_not_the_customers_business(file_fault, told, phone, act):
    number = file_fault().json()["order_no"]
    act(number, "decline", "crew", reason="车坏了")
    assert "fault_report.decline" not in [one.template for one in told(phone)]


def test_whistle_blower_hears_nothing_but_through_the_code(post, told, phone):
    body = {"order_type": "whistle_blow", "what": "绕表用电", "where": "工业路某院", "contact_phone": phone}
    assert post("/v1/work-orders", body).status_code == 201
    assert told(phone) == []


@pytest.mark.parametrize(
    ("topic", "level", "said"),
    [
        ("bill_dispute", "L0", "核对身份后凭单号查看"),
        ("bill_dispute", "L2", "表计走字正常"),
        ("saving", "L0", "表计走字正常"),
    ],
)
def test_private_answer_is_sent_to_who_is_known_only(post, told, phone, act, work, topic, level, said):
    body = {"order_type": "consult", "topic": topic, "question": "电费高", "contact_phone": phone}
    number = post("/v1/work-orders", {**body, "identity_level": level}).json()["order_no"]
    act(number, "assign", "agent", data={"expert_team": "核算班"})
    act(number, "accept", "expert")
    act(number, "reply", "expert", data={"reply_text": "表计走字正常，空调用得多。"})
    work()
    assert said in next(one.text for one in told(phone) if one.template == "consult.reply")


def test_who_urges_hears_at_once_where_it_stands(file_fault, post, told, phone, work):
    number = file_fault().json()["order_no"]
    assert post(f"/v1/work-orders/{number}/urges", {"phone_last4": phone[-4:]}).status_code == 201
    work()
    urged = next(one for one in told(phone) if one.template == "urge.notify")
    assert number in urged.text
    assert urged.text.startswith("已替您催过")


def test_nobody_to_reach_is_said_and_not_sent(post, told, work):
    body = {"order_type": "fault_report", "hazard_kind": "line_down", "landmark": "村口大槐树"}
    number = post("/v1/work-orders", body).json()["order_no"]
    work()
    one = told(f"order:{number}")[0]
    assert (one.state, one.reason, one.text) == ("suppressed", "no_phone", None)


class TestAtNight:
    NIGHT = clock.now().replace(year=2026, month=11, day=24, hour=23, minute=10, second=0, microsecond=0)

    def test_repair_is_told_at_once(self, file_fault, told, phone, work):
        with clock.hold(self.NIGHT):
            file_fault()
            work()
        assert told(phone)[0].state == "sent"

    def test_the_rest_waits_until_eight(self, post, told, phone, act, work):
        with clock.hold(self.NIGHT):
            body = {"order_type": "consult", "question": "峰谷怎么办", "contact_phone": phone}
            number = post("/v1/work-orders", body).json()["order_no"]
            act(number, "assign", "agent", data={"expert_team": "营业班"})
            work()
            assert [one.state for one in told(phone)] == ["queued"]
        eight = self.NIGHT.replace(hour=8, minute=0) + timedelta(days=1)
        work(eight - timedelta(minutes=1))
        assert told(phone)[0].state == "queued"
        work(eight)
        assert (told(phone)[0].state, told(phone)[0].times) == ("sent", 1)


@pytest.mark.row("S51")
@pytest.mark.row("S53")
def test_visit_is_confirmed_reminded_and_rated(post, told, phone, act, work):
    body = {"order_type": "appointment", "service": "meter_test", "contact_phone": phone, "address": "和平新村3号楼"}
    number = post("/v1/work-orders", body).json()["order_no"]
    act(number, "call_back", "agent", data={"confirmed_slot": {"day": "2026-11-27", "half": "am"}})
    work()
    assert told(phone)[0].text.startswith("已约：11月27日上午9点到12点，校表，不收费。")

    eve = clock.now().replace(day=26, hour=18, minute=0, second=0)
    work(eve)
    assert [one.template for one in told(phone)][-1] == "appointment.reminder"
    for event, role in (("depart", "crew"), ("arrive", "crew")):
        act(number, event, role)
    act(number, "finish", "crew", data={"result_note": "误差合格", "attachment_keys": ["att/1.jpg"]})
    act(number, "feedback", "customer", phone_last4=phone[-4:])
    work()
    closing = told(phone)[-1]
    assert (closing.template, closing.kind) == ("appointment.feedback", "closed")


def test_moved_visit_is_reminded_of_at_its_new_time_only(post, told, phone, act, work):
    body = {"order_type": "appointment", "service": "meter_test", "contact_phone": phone, "address": "和平新村4号楼"}
    number = post("/v1/work-orders", body).json()["order_no"]
    act(number, "call_back", "agent", data={"confirmed_slot": {"day": "2026-11-27", "half": "am"}})
    act(number, "reschedule", "agent", data={"confirmed_slot": {"day": "2026-11-30", "half": "pm"}})
    work(clock.now() + timedelta(days=8))
    reminders = [one.text for one in told(phone) if one.template == "appointment.reminder"]
    assert len(reminders) == 1
    assert "11月30日下午" in reminders[0]
