"""Filing a fault report: what a customer and a dispatcher see of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kernel import clock, ids


@pytest.mark.row("S26")
@pytest.mark.parametrize(
    ("address", "area_kind", "minutes"),
    [("锦绣家园12栋", "urban", 40), ("北郊镇杨家湾3组", "rural", 85), ("石桥村2组村口第三家", "remote", 120)],
)
def test_crew_is_promised_by_the_class_of_the_area(file_fault, address, area_kind, minutes):
    order = file_fault(address=address, symptom="flicker").json()

    assert order["area_kind"] == area_kind
    promised = clock.now() + timedelta(minutes=minutes)
    assert order["details"]["on_site_by"] == promised.isoformat()
    assert order["deadline_at"] == promised.isoformat()


def test_report_is_numbered_dispatched_and_masked(file_fault, phone):
    answer = file_fault(address="翠湖花园3号楼2单元402", contact_name="王小明")

    order = answer.json()
    assert answer.status_code == 201
    assert order["order_no"].startswith("GZ20261124")
    assert (order["status"], order["owner_team"]) == ("dispatched", "东湖抢修一班")
    assert order["contact_phone"] == f"{phone[:3]}****{phone[-4:]}"
    assert (order["contact_name"], order["address"]) == ("王*明", "翠湖花园*号楼*单元*")
    assert phone not in answer.text


def test_twenty_callers_at_once_get_twenty_numbers_without_a_gap(post):
    def file(n: int) -> str:
        body = {"order_type": "praise", "content": f"谢谢师傅 {n}", "praised_staff": "东湖抢修一班"}
        answer = post("/v1/work-orders", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["order_no"]

    with ThreadPoolExecutor(20) as pool:
        numbers = sorted(pool.map(file, range(20)))

    running = [int(number[10:]) for number in numbers]
    assert len(set(numbers)) == 20
    assert running == list(range(running[0], running[0] + 20))


def test_same_key_from_fifty_callers_at_once_is_one_order(file_fault, http, phone):
    key = ids.new_id("same")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: file_fault(key=key), range(50)))

    assert {a.status_code for a in answers} == {201}
    assert all(a.json() == answers[0].json() for a in answers)
    listed = http.get("/v1/work-orders", params={"contact_phone": phone, "phone_last4": phone[-4:]}).json()
    assert len(listed["items"]) == 1


def test_same_household_from_ten_callers_with_keys_of_their_own_is_one_order(file_fault):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: file_fault(), range(10)))

    assert sorted(a.status_code for a in answers) == [200] * 9 + [201]
    assert len({a.json()["order_no"] for a in answers}) == 1


def test_key_of_another_request_is_refused(file_fault):
    key = ids.new_id("k")
    file_fault(key=key)

    answer = file_fault(key=key, symptom="flicker")

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")


def test_write_without_a_key_is_refused_by_name(http):
    answer = http.post("/v1/work-orders", json={"order_type": "praise", "content": "好"})

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_missing")


def test_find_by_key_gives_the_order_and_404_for_a_key_never_used(file_fault, http):
    key = "call/8f2c:file"
    order = file_fault(key=key).json()

    assert http.get("/v1/work-orders/by-key/call/8f2c:file").json()["order_no"] == order["order_no"]
    assert http.get("/v1/work-orders/by-key/never").status_code == 404


class TestDuplicates:
    def test_second_report_of_the_household_answers_the_first(self, file_fault):
        first = file_fault(symptom="all_out").json()

        again = file_fault(symptom="breaker_trip")

        assert again.status_code == 200
        assert again.json()["duplicate_of"] == again.json()["order_no"] == first["order_no"]

    def test_same_account_from_another_phone_answers_the_first(self, file_fault):
        first = file_fault(account_no="3100204589", address="望江苑2号楼101").json()

        again = file_fault(account_no="3100204589", address="望江苑2号楼101", contact_phone="13600001111").json()

        assert again["duplicate_of"] == first["order_no"]

    def test_another_trouble_of_the_household_is_an_order_of_its_own_and_related(self, file_fault, staff):
        first = file_fault(symptom="all_out").json()

        other = file_fault(symptom="line_damage")

        assert other.status_code == 201
        assert first["order_no"] in other.json()["related_order_nos"]
        assert other.json()["order_no"] in staff(first["order_no"])["related_order_nos"]

    def test_what_is_told_again_is_kept_with_the_report_that_stands(self, file_fault, staff):
        number = file_fault().json()["order_no"]
        file_fault(summary="还是没电，孩子要写作业")
        (again,) = [e for e in staff(number)["events"] if e["event"] == "told_again"]
        assert again["data"]["told"] == "还是没电，孩子要写作业"

    def test_after_a_day_the_household_may_report_anew(self, file_fault):
        first = file_fault().json()

        with clock.hold(clock.now() + timedelta(hours=25)):
            again = file_fault()

        assert again.status_code == 201
        assert again.json()["order_no"] != first["order_no"]

    def test_hazard_is_not_swallowed_by_an_open_report(self, file_fault):
        first = file_fault().json()

        hazard = file_fault(symptom="sparks", hazard_kind="meter_spark")

        assert hazard.status_code == 201
        assert hazard.json()["priority"] == 1
        assert hazard.json()["order_no"] != first["order_no"]

    def test_same_hazard_told_twice_from_one_phone_and_place_is_one_order(self, file_fault):
        first = file_fault(hazard_kind="line_down", symptom="line_damage").json()

        again = file_fault(hazard_kind="line_down", symptom="line_damage")
        elsewhere = file_fault(hazard_kind="line_down", symptom="line_damage", address="建设街桥头")

        assert again.json()["duplicate_of"] == first["order_no"]
        assert elsewhere.status_code == 201


class TestHazards:
    @pytest.mark.parametrize("hazard", ["electric_shock", "line_down", "fire", "flood", "meter_spark"])
    def test_life_danger_is_first_class_at_once(self, file_fault, hazard):
        order = file_fault(hazard_kind=hazard).json()

        assert (order["priority"], order["status"]) == (1, "dispatched")

    def test_hazard_is_taken_without_a_phone(self, post):
        body = {"order_type": "fault_report", "hazard_kind": "line_down", "landmark": "建设街加油站北侧"}

        assert post("/v1/work-orders", body).status_code == 201

    def test_hazard_in_a_known_outage_stays_an_order_of_its_own(self, file_fault, http):
        outage = http.get("/v1/outages", params={"community": "阳光新城"}).json()["items"][0]

        order = file_fault(address="阳光新城3号楼101", hazard_kind="fire", join_outage=outage["outage_no"]).json()

        assert (order["status"], order["parent_order_no"]) == ("dispatched", None)
        assert outage["outage_no"] in order["related_order_nos"]

    def test_hazard_cannot_be_withdrawn(self, file_fault, post, phone):
        order = file_fault(hazard_kind="fire").json()
        act = {"event": "withdraw", "role": "customer", "actor": "web", "phone_last4": phone[-4:]}

        answer = post(f"/v1/work-orders/{order['order_no']}/events", act)

        assert (answer.status_code, answer.json()["code"]) == (409, "guard_failed")


def test_critical_and_life_support_users_come_before_others(file_fault, post, phone):
    assert file_fault(is_life_support=True).json()["priority"] == 2
    assert file_fault(address="望江苑9号楼101", critical_user_kind="hospital").json()["priority"] == 2
    assert file_fault(address="望江苑8号楼101").json()["priority"] == 4


class TestBadInput:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("contact_phone", "12"),
            ("account_no", "3100102345"),
            ("symptom", "broken"),
            ("address", "楼" * 201),
            ("received_at", "2026-11-24T14:32:00"),
            ("received_at", "9999-12-31T23:59:59Z"),
            ("nobody_knows", "1"),
            ("is_life_support", "maybe"),
        ],
    )
    def test_wrong_field_is_named(self, file_fault, field, value):
        answer = file_fault(**{field: value})

        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert any(problem["at"].endswith(field) for problem in answer.json()["fields"])

    def test_control_characters_are_stripped(self, http, phone):
        body = (
            r'{"order_type":"fault_report","address":"翠湖花园\u0000\u001b[31m8号楼\u202e101",'
            rf'"landmark":"\ud83d","contact_phone":"{phone}"}}'
        )
        headers = {"Idempotency-Key": ids.new_id("k"), "Content-Type": "application/json"}

        answer = http.post("/v1/work-orders", content=body.encode(), headers=headers)

        assert answer.status_code == 201, answer.text
        whole = http.get(f"/v1/work-orders/{answer.json()['order_no']}", headers={"X-View": "staff"}).json()
        assert whole["address"] == "翠湖花园[31m8号楼101"
        assert whole["details"]["landmark"] is None

    def test_words_that_look_like_commands_are_only_words(self, file_fault, http):
        words = "'; DROP TABLE ticketing.work_orders; -- <script>alert(1)</script>"

        number = file_fault(address=words).json()["order_no"]

        whole = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"}).json()
        assert whole["address"] == words

    def test_report_without_any_place_or_phone_says_which(self, post):
        body = {"order_type": "fault_report", "contact_phone": "13812340000"}
        assert post("/v1/work-orders", body).json()["fields"][0]["at"] == "body.address"
        body = {"order_type": "fault_report", "address": "翠湖花园"}
        assert post("/v1/work-orders", body).json()["fields"][0]["at"] == "body.contact_phone"

    def test_no_json_at_all(self, http):
        answer = http.post("/v1/work-orders", content=b"\xff\xfe{", headers={"Idempotency-Key": "x"})
        assert answer.status_code == 422

    def test_without_the_token_nothing_is_answered(self, served):
        with served.client() as stranger:
            stranger.headers.pop("Authorization")
            for path in ("/v1/work-orders/GZ202611240001", "/v1/outages", "/v1/places?q=翠湖"):
                assert stranger.get(path).status_code == 401


class TestOtherOrders:
    @pytest.mark.parametrize(
        ("body", "prefix", "deadline"),
        [
            ({"order_type": "complaint", "what_happened": "停电没通知"}, "TS", "2026-11-29T14:32:00+08:00"),
            ({"order_type": "consult", "question": "阶梯怎么算"}, "ZX", "2026-11-27T18:00:00+08:00"),
            (
                {"order_type": "consult", "question": "抄错了", "topic": "bill_dispute"},
                "ZX",
                "2026-12-01T18:00:00+08:00",
            ),
            ({"order_type": "apply", "apply_type": "ev_charger"}, "YW", "2026-12-01T18:00:00+08:00"),
            ({"order_type": "apply", "apply_type": "new_low_business"}, "YW", "2026-12-15T18:00:00+08:00"),
            ({"order_type": "suggestion", "content": "增设自助缴费机"}, "JY", "2026-12-08T18:00:00+08:00"),
            ({"order_type": "praise", "content": "师傅好"}, "BY", "2026-11-26T18:00:00+08:00"),
            ({"order_type": "appointment", "service": "meter_test"}, "YY", "2026-12-01T18:00:00+08:00"),
            ({"order_type": "callback"}, "ZX", "2026-11-25T09:32:00+08:00"),
        ],
    )
    def test_each_has_its_number_and_its_promise(self, post, phone, body, prefix, deadline):
        answer = post("/v1/work-orders", {**body, "contact_phone": phone})

        assert answer.status_code == 201, answer.text
        order = answer.json()
        assert (order["order_no"][:10], order["status"]) == (f"{prefix}20261124", "registered")
        assert order["deadline_at"] == deadline

    def test_whistle_blower_gets_a_code_and_nothing_else(self, post, http, phone):
        body = {
            "order_type": "whistle_blow", "what": "从公共照明线接线", "where": "锦绣家园12栋3单元楼道",
            "contact_phone": phone, "contact_name": "李四", "account_no": "3100102346",
        }  # fmt: skip
        key = ids.new_id("w")

        answer = post("/v1/work-orders", body, key=key)

        told = answer.json()
        assert (answer.status_code, told["order_no"], len(told["query_code"])) == (201, None, 8)
        assert "JB20261124" not in answer.text
        assert told["deadline_at"] == "2026-12-04T14:32:00+08:00"
        progress = http.get(f"/v1/work-orders/by-code/{told['query_code']}").json()
        assert (progress["status"], progress["order_no"]) == ("sealed", None)
        assert http.get(f"/v1/work-orders/by-key/{key}").json() == told
        listed = http.get("/v1/work-orders", params={"contact_phone": phone}, headers={"X-View": "staff"}).json()
        assert listed["items"] == []
        assert (
            http.get("/v1/work-orders", params={"account_no": "3100102346"}, headers={"X-View": "staff"}).json()[
                "items"
            ]
            == []
        )
        assert http.get("/v1/work-orders/JB202611240001", headers={"X-View": "staff"}).json()["code"] == "restricted"
