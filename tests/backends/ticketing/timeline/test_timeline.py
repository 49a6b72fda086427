"""One customer, one line, and no look at it unseen."""

from __future__ import annotations

import pytest

STAFF = {"X-View": "staff", "X-Role": "agent", "X-Actor": "K2001"}
BOSS = {"X-View": "staff", "X-Role": "supervisor", "X-Actor": "M1001"}
OURS = "3100204589"


@pytest.mark.row("S01")
def test_question_complaint_application_and_follow_up_stand_on_one_line(post, move, http, phone):
    common = {"account_no": OURS, "contact_phone": phone}
    question = post("/v1/work-orders", {"order_type": "consult", "question": "怎么改峰谷", **common}).json()["order_no"]
    move(question, "answer_now", "agent", data={"reply_text": "一年内不变"})
    complaint = post("/v1/work-orders", {"order_type": "complaint", "what_happened": "答复太慢", **common}).json()[
        "order_no"
    ]
    applied = post(
        "/v1/work-orders", {"order_type": "apply", "apply_type": "tou_opt", "contact_name": "李芳", **common}
    ).json()["order_no"]
    secret = post(
        "/v1/work-orders",
        {"order_type": "whistle_blow", "whistle_class": "theft", "what": "偷电", "where": "望江苑", "account_no": OURS},
    )
    assert secret.status_code == 201

    line = http.get(f"/v1/accounts/{OURS}/timeline", params={"reason": "客户来电"}, headers=STAFF).json()["items"]
    ours = [one for one in line if one["order_no"] in (question, complaint, applied) and one["kind"] == "step"]
    assert [(one["order_no"], one["event"]) for one in ours][-2:] == [(question, "answer_now"), (question, "register")]
    assert {one["type_label"] for one in ours} == {"咨询查询单", "投诉单", "业务受理单"}
    assert "举报" not in str(line)
    assert [one["at"] for one in line] == sorted((one["at"] for one in line), reverse=True)


@pytest.mark.row("S01")
def test_who_looked_who_changed_and_who_was_refused_is_one_list(http, post, move, phone):
    account = "3100205172"
    filed = post(
        "/v1/work-orders",
        {"order_type": "complaint", "what_happened": "没人来", "account_no": account, "contact_phone": phone},
    ).json()["order_no"]
    assert move(filed, "assign", "crew", ok=False).status_code == 403
    assert http.get(f"/v1/accounts/{account}/timeline", params={"reason": "回访"}, headers=STAFF).status_code == 200

    seen = http.get("/v1/audit", params={"account_no": account}, headers=BOSS).json()["items"]
    kinds = {one["kind"]: one for one in seen}
    assert {"change", "refused", "look"} <= kinds.keys()
    assert (kinds["look"]["actor"], kinds["look"]["reason"]) == ("K2001", "回访")
    mine = http.get("/v1/audit", params={"actor": "K2001"}, headers=BOSS).json()["items"]
    assert "look" in {one["kind"] for one in mine}


def test_a_look_without_a_name_or_a_reason_shows_nothing(http):
    path = f"/v1/accounts/{OURS}/timeline"
    assert http.get(path, headers=STAFF).status_code == 422
    assert http.get(path, params={"reason": "x"}, headers={"X-View": "staff"}).status_code == 422
    assert http.get(path, params={"reason": "x"}).status_code == 403


def test_agents_do_not_read_the_audit(http):
    assert http.get("/v1/audit", params={"actor": "K2001"}, headers=STAFF).status_code == 403
    assert http.get("/v1/audit", headers=BOSS).status_code == 422
