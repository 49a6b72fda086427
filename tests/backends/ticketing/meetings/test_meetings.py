"""What a customer says at a meeting becomes a suggestion, and the meeting shows its answer."""

from __future__ import annotations

import pytest

STAFF = {"X-View": "staff"}


@pytest.fixture
def meeting(post):
    body = {"kind": "forum", "title": "居民用户座谈会", "place": "滨河营业厅", "held_on": "2026-11-20"}
    return post("/v1/meetings", body, **STAFF).json()["meeting_no"]


@pytest.mark.row("S117")
def test_a_topic_is_answered_like_any_suggestion(meeting, post, move, http, phone):
    said = {
        "title": "老人看不清账单",
        "content": "账单字太小，请出大字版",
        "suggestion_area": "billing",
        "contact_phone": phone,
    }
    raised = post(f"/v1/meetings/{meeting}/topics", said, **STAFF)
    assert raised.status_code == 201, raised.text
    number = raised.json()["order_no"]
    assert number.startswith("JY")
    assert raised.json()["reply_by"]
    move(number, "assign", "agent", data={"owner_team": "客户服务部"}, ok=False)
    shown = http.get(f"/v1/meetings/{meeting}", headers=STAFF).json()
    assert [(t["title"], t["order_no"], t["adoption"]) for t in shown["topics"]] == [("老人看不清账单", number, None)]


@pytest.mark.row("S44")
def test_what_was_adopted_is_counted_and_shown_where_it_was_raised(meeting, post, move, http, phone):
    before = adoption(http)
    number = post(
        "/v1/work-orders", {"order_type": "suggestion", "content": "停电通知请早一天", "contact_phone": phone}
    ).json()["order_no"]
    post(f"/v1/meetings/{meeting}/topics", {"title": "停电通知", "order_no": number}, **STAFF)
    move(number, "assign", "agent")
    move(number, "evaluate", "department", data={"adoption": "adopted"})
    move(number, "reply", "department", data={"reply_text": "采纳，提前七天公告。"})
    (topic,) = http.get(f"/v1/meetings/{meeting}", headers=STAFF).json()["topics"]
    assert (topic["adoption"], topic["reply_text"]) == ("adopted", "采纳，提前七天公告。")
    now = adoption(http)
    assert now["of"] == before["of"] + 1
    assert now["value"] is not None


def adoption(http):
    figures = http.get("/v1/figures", headers=STAFF).json()
    return figures["total"]["kpis"]["suggestion_adoption_rate"]


def test_only_a_suggestion_is_a_topic(meeting, post, phone):
    praise = post("/v1/work-orders", {"order_type": "praise", "content": "师傅好", "contact_phone": phone}).json()
    assert (
        post(f"/v1/meetings/{meeting}/topics", {"title": "x", "order_no": praise["order_no"]}, **STAFF).status_code
        == 422
    )
    assert post("/v1/meetings/HY_none/topics", {"title": "x", "content": "y"}, **STAFF).status_code == 404
    assert post(f"/v1/meetings/{meeting}/topics", {"title": "x"}, **STAFF).status_code == 422
