"""The customer behind an account: what is kept, how they like to be reached, their contract; and who looked."""

from __future__ import annotations

import pytest

from backends.billing.customers import labels
from backends.billing.customers.contracts import ELEMENTS

DESK = {"X-Client": "desk", "X-Actor": "K2001"}
CHEN, PLANT, SUN = "3100204589", "3204001261", "3100205172"


@pytest.mark.row("S60")
@pytest.mark.row("S112")
def test_a_customers_labels_come_with_their_reasons_and_no_more_than_is_used(api, proved):
    told = api.get(f"/accounts/{CHEN}/file", headers=proved(CHEN)).json()
    names = {one["name"]: one["why"] for one in told["labels"]}
    assert names["居民生活"] == "电价类别"
    assert {"低压", "直供", "生命支持设备"} <= names.keys()
    assert set(told) == {"account_no", "labels", "objected", "preferences", "members"}
    plant = api.get(f"/accounts/{PLANT}/file", headers=proved(PLANT)).json()
    assert {"大工业", "多电源", "重要客户"} <= {one["name"] for one in plant["labels"]}


@pytest.mark.row("S139")
def test_a_label_that_does_not_fit_is_taken_off_by_the_customer(api, post, proved):
    names = [one["name"] for one in api.get(f"/accounts/{SUN}/file", headers=proved(SUN)).json()["labels"]]
    assert "屋顶光伏" in names
    answer = post(f"/accounts/{SUN}/file/objections", {"label": "屋顶光伏", "said": "已经拆了"}, **proved(SUN))
    assert answer.status_code == 201
    after = api.get(f"/accounts/{SUN}/file", headers=proved(SUN)).json()
    assert "屋顶光伏" not in [one["name"] for one in after["labels"]]
    assert after["objected"] == ["屋顶光伏"]


@pytest.mark.row("S138")
def test_how_somebody_likes_to_be_reached_is_kept(api, proved):
    headers = {**proved(CHEN), "Idempotency-Key": "pref-1"}
    wanted = {"channel": "phone", "hours": "evening", "large_text": True, "slow_speech": True}
    assert api.put(f"/accounts/{CHEN}/preferences", json=wanted, headers=headers).json()["language"] == "zh"
    assert api.get(f"/accounts/{CHEN}/file", headers=proved(CHEN)).json()["preferences"] == {**wanted, "language": "zh"}


@pytest.mark.row("S84")
def test_a_contract_has_every_element_of_the_law(api, proved):
    told = api.get(f"/accounts/{PLANT}/contract", headers=proved(PLANT)).json()
    assert {one["name"] for one in told["elements"]} == set(ELEMENTS)
    assert all(one["says"] for one in told["elements"])


@pytest.mark.row("S76")
@pytest.mark.parametrize("mode", ["高压", "低压", "趸售", "多电源"])
def test_accounts_are_found_by_the_way_they_are_supplied(post, mode):
    found = post("/customers/search", {"supply_mode": mode, "reason": "计划检修名单"}, **DESK).json()
    assert found["items"]
    assert all(mode in one["labels"] for one in found["items"])
    assert mode in labels.SUPPLY_MODES


@pytest.mark.row("S60")
def test_staff_find_a_tenant_by_phone_masked_and_the_look_is_kept(post, somebody, link_to):
    account = somebody("a.category = 'residential'")
    body = {"role": "tenant", "name": "何小雨", "phone": "13811110000", "since": "2026-05-01"}
    assert post(f"/accounts/{account}/members", body, **DESK).status_code == 201
    found = post("/customers/search", {"phone": "138 1111 0000", "reason": "来电"}, **DESK).json()
    assert [one["account_no"] for one in found["items"]] == [f"******{account[-4:]}"]
    assert "何小雨" not in str(found)
    kept = link_to("SELECT actor, reason, asked->>'phone' FROM billing.staff_looks ORDER BY id DESC LIMIT 1")
    assert kept == ("K2001", "来电", "138****0000")


def test_nobody_searches_without_a_name_or_the_scope(post):
    assert (
        post("/customers/search", {"category": "residential", "reason": "x"}, **{"X-Client": "desk"}).status_code == 422
    )
    refused = post(
        "/customers/search", {"category": "residential", "reason": "x"}, **{"X-Client": "actions", "X-Actor": "b"}
    )
    assert refused.json()["code"] == "scope_missing"
    assert post("/customers/search", {"reason": "x"}, **DESK).status_code == 422


def test_a_file_is_for_whoever_proved_it(api):
    for path in ("file", "contract"):
        assert api.get(f"/accounts/{CHEN}/{path}").status_code == 403
