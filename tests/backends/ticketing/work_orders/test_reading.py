"""Who may see an order, and how much of it."""

from __future__ import annotations

from datetime import timedelta

from kernel import clock
from kit.auth import identity


def test_without_proof_nothing_is_said(file_fault, http):
    number = file_fault().json()["order_no"]

    for path in (f"/v1/work-orders/{number}", "/v1/work-orders/GZ202601010001", "/v1/work-orders"):
        answer = http.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")


def test_last_four_digits_open_the_masked_order(file_fault, http, phone):
    number = file_fault(contact_name="欧阳华").json()["order_no"]

    answer = http.get(f"/v1/work-orders/{number}", params={"phone_last4": phone[-4:]})

    assert answer.status_code == 200
    assert answer.json()["contact_name"] == "欧*华"
    assert phone not in answer.text
    assert [step["status"] for step in answer.json()["timeline"]] == ["registered", "dispatched"]


def test_unknown_number_is_said_to_whoever_brings_a_proof(http):
    answer = http.get("/v1/work-orders/GZ202601010001", params={"phone_last4": "1234"})
    assert (answer.status_code, answer.json()["code"]) == (404, "order_not_found")


def test_guessing_digits_is_stopped_even_for_the_right_ones(file_fault, http, phone):
    number = file_fault().json()["order_no"]
    wrong = f"{(int(phone[-4:]) + 1) % 10000:04d}"

    for _ in range(5):
        assert http.get(f"/v1/work-orders/{number}", params={"phone_last4": wrong}).status_code == 403

    assert http.get(f"/v1/work-orders/{number}", params={"phone_last4": phone[-4:]}).status_code == 429
    with clock.hold(clock.now() + timedelta(minutes=31)):
        assert http.get(f"/v1/work-orders/{number}", params={"phone_last4": phone[-4:]}).status_code == 200


def test_staff_see_all_of_it(file_fault, http, phone):
    number = file_fault(contact_name="王小明").json()["order_no"]

    whole = http.get(f"/v1/work-orders/{number}", headers={"X-View": "staff"}).json()

    assert (whole["contact_phone"], whole["contact_name"]) == (phone, "王小明")
    assert [(e["role"], e["event"], e["from"], e["to"]) for e in whole["events"]] == [
        ("system", "register", None, "registered"),
        ("system", "dispatch", "registered", "dispatched"),
    ]


class TestIdentityToken:
    ACCOUNT = "3100218910"

    def headers(self, served, account_no, subject="c_1"):
        token, _ = identity.issue(served.identity_secret, account_no=account_no, subject="c_1", level="L2")
        return {"X-Identity-Token": token, "X-Subject": subject}

    def test_opens_the_orders_of_its_account(self, served, file_fault, http):
        number = file_fault(account_no=self.ACCOUNT, address="望江苑3号楼").json()["order_no"]

        mine = self.headers(served, self.ACCOUNT)
        assert http.get(f"/v1/work-orders/{number}", headers=mine).status_code == 200
        listed = http.get("/v1/work-orders", params={"account_no": self.ACCOUNT}, headers=mine).json()
        assert number in [order["order_no"] for order in listed["items"]]

    def test_of_another_account_or_talk_opens_nothing(self, served, file_fault, http):
        number = file_fault(account_no=self.ACCOUNT, address="望江苑4号楼").json()["order_no"]

        for headers in (self.headers(served, "3100102346"), self.headers(served, self.ACCOUNT, "c_2")):
            assert http.get(f"/v1/work-orders/{number}", headers=headers).status_code == 403
            listed = http.get("/v1/work-orders", params={"account_no": self.ACCOUNT}, headers=headers)
            assert listed.status_code == 403


class TestList:
    def test_goes_on_where_the_last_page_ended(self, post, http, phone):
        for n in range(5):
            body = {"order_type": "consult", "question": f"问题 {n}", "contact_phone": phone}
            assert post("/v1/work-orders", body).status_code == 201
        ask = {"contact_phone": phone, "phone_last4": phone[-4:], "limit": 2}

        seen, cursor = [], None
        while True:
            page = http.get("/v1/work-orders", params={**ask, **({"cursor": cursor} if cursor else {})}).json()
            seen += [order["order_no"] for order in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break

        assert len(seen) == len(set(seen)) == 5
        assert seen == sorted(seen, reverse=True)

    def test_open_leaves_out_what_is_finished(self, file_fault, post, http, phone):
        number = file_fault().json()["order_no"]
        act = {"event": "withdraw", "role": "customer", "actor": "web", "phone_last4": phone[-4:]}
        assert post(f"/v1/work-orders/{number}/events", act).json()["status"] == "withdrawn"
        ask = {"contact_phone": phone, "phone_last4": phone[-4:]}

        assert len(http.get("/v1/work-orders", params=ask).json()["items"]) == 1
        assert http.get("/v1/work-orders", params={**ask, "open": "true"}).json()["items"] == []

    def test_cursor_that_is_none_is_refused(self, http):
        for cursor in ("x", "W10", "bnVsbA", "eyJhIjoxfQ"):
            answer = http.get("/v1/work-orders", params={"cursor": cursor}, headers={"X-View": "staff"})
            assert answer.status_code == 422
