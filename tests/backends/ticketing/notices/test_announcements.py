"""Announcements: drafted, approved by another person, sent to whom they are for, changed and called off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel import clock

OFF_AT, ON_AT = datetime(2026, 12, 2, 8, tzinfo=clock.TZ), datetime(2026, 12, 2, 12, tzinfo=clock.TZ)


@pytest.fixture
def subscribe(post, phone, place):
    def make(**fields):
        answer = post("/v1/notice-subscriptions", {"phone": phone, "community": place, "agreed": True, **fields})
        assert answer.is_success, answer.text
        return answer

    return make


@pytest.fixture
def draft(staff, place):
    def make(*, ok=True, **fields):
        hours = {"off_at": OFF_AT.isoformat(), "on_at": ON_AT.isoformat(), "reason_public": "换线检修"}
        body = {"kind": "planned_outage", "communities": [place], "actor": "K1", **hours, **fields}
        return staff("/v1/notices", {name: value for name, value in body.items() if value is not None}, ok=ok)

    return make


@pytest.fixture
def release(staff, work):
    """Approve by another person and do the work of its hour."""

    def go(notice, *, at=None, **fields):
        staff(f"/v1/notices/{notice['notice_id']}/approval", {"actor": "K2", **fields})
        sends = datetime.fromisoformat(notice["send_at"])
        work(at or max(sends, clock.now()))

    return go


@pytest.mark.row("S58")
def test_draft_says_its_words_and_whom_it_would_reach(subscribe, draft, place):
    subscribe()
    notice = draft()
    assert notice["status"] == "draft"
    assert notice["text"].startswith(f"{place}因换线检修计划停电：12月2日 08:00 至 12:00。")
    assert (notice["preview"]["recipients"], notice["preview"]["by_source"]) == (1, {"area_subscribers": 1})


@pytest.mark.row("S28", "S77")
def test_planned_outage_is_announced_a_week_ahead_and_reported(subscribe, draft, release, told, phone, staff):
    subscribe()
    notice = draft()
    assert notice["send_at"] == "2026-11-25T08:00:00+08:00"
    release(notice)

    (one,) = told(phone)
    assert (one.state, one.times) == ("sent", 1)
    assert "12月2日 08:00 至 12:00" in one.text
    report = staff(f"/v1/notices/{notice['notice_id']}/report")
    assert (report["recipients"], report["states"]["sent"], report["reached_share"]) == (1, 1, 1.0)
    assert report["ahead_h"] == 168.0


def test_only_the_buildings_it_is_for_are_told(subscribe, draft, release, told, phone):
    other = str(int(phone) + 3_000_000)
    subscribe(community=None, address="锦绣家园3号楼")
    subscribe(community=None, address="锦绣家园12号楼", phone=other)
    release(draft(communities=["锦绣家园"], buildings=[[1, 9]]))
    assert (len(told(phone)), len(told(other))) == (1, 0)


def test_author_does_not_approve(draft, staff):
    notice = draft()
    answer = staff(f"/v1/notices/{notice['notice_id']}/approval", {"actor": "K1"}, ok=False)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_draft")


def test_nothing_goes_out_before_it_is_approved(subscribe, draft, work, told, phone):
    subscribe()
    draft()
    work(OFF_AT - timedelta(days=7))
    assert told(phone) == []


@pytest.mark.row("S78")
@pytest.mark.parametrize(
    ("off_in", "send_in", "code"),
    [(timedelta(days=2), None, "too_late"), (timedelta(days=10), timedelta(days=1), "too_early"),
     (timedelta(days=10), timedelta(days=8), "too_late")],
)  # fmt: skip
def test_stop_notice_is_served_three_to_seven_days_before(draft, off_in, send_in, code):
    now = clock.now()
    hours = {"off_at": (now + off_in).isoformat(), "on_at": None, "send_at": send_in and (now + send_in).isoformat()}
    answer = draft(kind="arrears_stop_notice", communities=None, ok=False, **hours)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.row("S78")
def test_critical_user_is_not_cut_off_without_the_authoritys_receipt(draft, staff, release, phone, told):
    notice = draft(kind="arrears_stop_notice", communities=None, on_at=None)
    path = f"/v1/notices/{notice['notice_id']}"
    fills = {"amount": "1204.50", "account_last4": "0123"}
    staff(f"{path}/households", {"households": [{"phone": phone, "is_critical": True, "fills": fills}]})
    answer = staff(f"{path}/approval", {"actor": "K2"}, ok=False)
    assert answer.json()["code"] == "authority_receipt_missing"

    release(notice, authority_receipt="江电回2026-118")

    assert "尾号 0123 欠费 1204.50 元" in told(phone)[0].text
    assert "一千二百零四元五角" in told(phone)[0].speech


def test_life_support_user_is_never_put_on_a_stop_list(draft, staff, phone):
    notice = draft(kind="arrears_stop_notice", communities=None, on_at=None)
    body = {"households": [{"phone": phone, "is_life_support": True}]}
    answer = staff(f"/v1/notices/{notice['notice_id']}/households", body, ok=False)
    assert (answer.status_code, answer.json()["code"]) == (409, "life_support")


def test_bill_reminder_says_each_household_its_own_amount_and_needs_no_second_person(draft, staff, work, told, phone):
    notice = draft(kind="arrears_reminder", communities=None, off_at=None, on_at=None)
    path, other = f"/v1/notices/{notice['notice_id']}", str(int(phone) + 4_000_000)
    households = [
        {"phone": who, "fills": {"amount": amount, "account_last4": last4, "due_on": "11月15日"}}
        for who, amount, last4 in ((phone, "98.40", "2346"), (other, "12.00", "0451"))
    ]
    staff(f"{path}/households", {"households": households})
    staff(f"{path}/approval", {"actor": "K1"})
    work()
    assert told(phone)[0].text.startswith("尾号 2346 这一户还有 98.40 元电费没交")
    assert told(other)[0].text.startswith("尾号 0451 这一户还有 12.00 元电费没交")
    assert "尾号二三四六这一户，还有九十八元四角电费没交" in told(phone)[0].speech


def test_household_without_its_amount_is_refused(draft, staff, phone):
    notice = draft(kind="arrears_reminder", communities=None, off_at=None, on_at=None)
    body = {"households": [{"phone": phone, "fills": {"amount": "98.40"}}]}
    answer = staff(f"/v1/notices/{notice['notice_id']}/households", body, ok=False)
    assert (answer.status_code, "account_last4, due_on" in answer.json()["detail"]) == (422, True)
    assert draft(kind="arrears_reminder", ok=False).status_code == 422


def test_given_list_and_subscribers_are_told_once_each(subscribe, draft, staff, release, told, phone):
    subscribe()
    notice = draft()
    other = str(int(phone) + 1_000_000)
    body = {"households": [{"phone": phone}, {"phone": other}, {"phone": other}, {"account_no": "3100102346"}]}
    assert staff(f"/v1/notices/{notice['notice_id']}/households", body)["added"] == 3
    preview = staff(f"/v1/notices/{notice['notice_id']}/preview")
    assert (preview["recipients"], preview["suppressed"]) == (2, {"no_phone": 1})
    release(notice)
    assert [len(told(who)) for who in (phone, other)] == [1, 1]
    report = staff(f"/v1/notices/{notice['notice_id']}/report")
    assert (report["states"]["suppressed"], report["reasons"]) == (1, {"no_phone": 1})


def test_called_off_is_told_to_exactly_those_who_were_told(subscribe, draft, staff, release, told, phone, place, post):
    subscribe()
    notice = draft()
    release(notice)
    late = str(int(phone) + 2_000_000)
    post("/v1/notice-subscriptions", {"phone": late, "community": place, "agreed": True})
    off = {"kind": "outage_cancelled", "communities": None, "off_at": None, "on_at": None}
    release(draft(follows=notice["notice_id"], **off), at=OFF_AT - timedelta(days=2))

    assert [t.kind for t in told(phone)] == ["planned_outage", "outage_cancelled"]
    assert told(phone)[1].text.startswith(f"{place}原定 12月2日 08:00 至 12:00 的停电取消了")
    assert told(late) == []


def test_cancelling_stops_what_has_not_gone_out(subscribe, draft, staff, release, told, phone):
    subscribe(topic="information")
    notice = draft(kind="information", message="节约用电讲座", off_at=None, on_at=None)
    with clock.hold(clock.now().replace(hour=23)):
        release(notice, at=clock.now())
        assert told(phone)[0].state == "queued"
        stopped = staff(f"/v1/notices/{notice['notice_id']}/cancellation", {"actor": "K1", "reason": "改期"})
    assert stopped["stopped"] == 1
    assert (told(phone)[0].state, told(phone)[0].reason) == ("suppressed", "cancelled")


def test_optional_news_reach_only_who_agreed(draft, staff, release, told, phone, subscribe):
    news = {"kind": "information", "message": "阶梯电价明年一月调整", "off_at": None, "on_at": None}
    notice = draft(**news)
    staff(f"/v1/notices/{notice['notice_id']}/households", {"households": [{"phone": phone}]})
    release(notice)
    subscribe(topic="information")
    release(draft(**news))
    assert [(t.state, t.reason) for t in told(phone)] == [("suppressed", "no_consent"), ("sent", None)]


@pytest.mark.row("S59", "S87")
def test_greetings_come_by_day_to_who_agreed_until_they_decline(subscribe, draft, release, told, phone, post):
    greeting = {"kind": "care", "message": "小雪节气，用电取暖注意安全", "off_at": None, "on_at": None}
    greeting["communities"] = None
    subscribe(topic="care", community=None)
    with clock.hold(clock.now().replace(hour=22, minute=5)):
        release(draft(**greeting))
        assert told(phone)[0].state == "queued"
    release(draft(**greeting), at=clock.now() + timedelta(days=1))
    assert [one.state for one in told(phone)] == ["sent", "sent"]
    assert told(phone)[0].text == "小雪节气，用电取暖注意安全。不想再收，回“退订”。"

    post("/v1/notice-opt-outs", {"phone": phone, "phone_last4": phone[-4:]})
    release(draft(**greeting))
    assert (told(phone)[-1].state, told(phone)[-1].reason) == ("suppressed", "declined")


def test_bad_words_in_a_message_are_dropped(draft):
    notice = draft(kind="safety", message="台风\u0000将至\u202e，收好物品", off_at=None, on_at=None)
    assert notice["text"] == "台风将至，收好物品。"


def test_export_lists_every_recipient_masked(subscribe, draft, release, http, phone):
    subscribe()
    notice = draft()
    release(notice)
    lines = http.get(f"/v1/notices/{notice['notice_id']}/deliveries.csv", headers={"X-View": "staff"}).text.splitlines()
    assert lines[0].startswith("recipient,channel,state")
    assert lines[1].startswith(f"{phone[:3]}****{phone[-4:]},sms,sent")
    assert phone not in "".join(lines)


def test_door_tells_later_what_arrived_and_who_confirmed(subscribe, draft, release, told, phone, staff):
    subscribe()
    notice = draft()
    release(notice)
    path = f"/v1/notices/deliveries/{told(phone)[0].delivery_id}/receipts"
    assert staff(path, {"state": "confirmed"}) == {
        "delivery_id": told(phone)[0].delivery_id, "state": "delivered", "is_confirmed": True,
    }  # fmt: skip
    assert staff(path, {"state": "failed"})["state"] == "delivered"


def test_customers_see_no_announcements(http, post):
    assert http.get("/v1/notices").status_code == 403
    assert post("/v1/notices", {"kind": "care", "message": "节日好", "actor": "K1"}).status_code == 403
