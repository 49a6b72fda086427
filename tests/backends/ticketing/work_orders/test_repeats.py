"""The same matter told twice: one order, and what was told the second time kept with it."""

from __future__ import annotations

from datetime import timedelta

from kernel import clock


def complain(post, phone, **fields):
    body = {"order_type": "complaint", "what_happened": "等了四个小时", "complaint_class": "repair"}
    return post("/v1/work-orders", {**body, "contact_phone": phone, **fields})


def test_a_complaint_told_again_within_a_week_is_answered_with_its_order(post, phone, http):
    first = complain(post, phone).json()
    with clock.hold(clock.now() + timedelta(days=2)):
        again = complain(post, phone, what_happened="今天还是没人联系我")

    assert again.status_code == 200
    assert again.json()["duplicate_of"] == first["order_no"]
    staff = http.get(f"/v1/work-orders/{first['order_no']}", headers={"X-View": "staff"}).json()
    assert "今天还是没人联系我" in str(staff["events"])


def test_after_a_week_it_is_a_new_complaint(post, phone):
    first = complain(post, phone).json()
    with clock.hold(clock.now() + timedelta(days=8)):
        later = complain(post, phone)
    assert later.status_code == 201
    assert later.json()["order_no"] != first["order_no"]


def test_another_class_is_another_complaint(post, phone):
    complain(post, phone)
    assert complain(post, phone, complaint_class="attitude").status_code == 201


def test_two_flats_of_one_owner_are_two_applications(post, phone):
    body = {"order_type": "apply", "apply_type": "new_residential", "contact_phone": phone}
    assert post("/v1/work-orders", {**body, "address": "锦绣家园8栋602"}).status_code == 201
    assert post("/v1/work-orders", {**body, "address": "翠湖花园9栋1201"}).status_code == 201
    assert post("/v1/work-orders", {**body, "address": "锦绣家园8栋602"}).status_code == 200


def test_praise_is_never_a_repetition(post, phone):
    body = {"order_type": "praise", "content": "谢谢师傅", "contact_phone": phone}
    assert [post("/v1/work-orders", body).status_code for _ in range(2)] == [201, 201]
