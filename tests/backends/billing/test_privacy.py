"""No figure without a proof; a proof is good for one account, one conversation and a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Proved = Callable[..., dict[str, str]]
WANG = "3100102346"
PRIVATE = ["/bills", "/bills/latest", "/bills/2026-10", "/bills/2026-10/explanation"]


@pytest.mark.row("S12")
@pytest.mark.parametrize("path", PRIVATE)
def test_nothing_of_a_bill_is_shown_without_a_proof(api: httpx.Client, path: str) -> None:
    answer = api.get(f"/accounts/{WANG}{path}")
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")
    assert "98.58" not in answer.text
    assert "9858" not in answer.text


@pytest.mark.parametrize("path", PRIVATE)
def test_the_proof_of_another_account_is_refused(api: httpx.Client, proved: Proved, path: str) -> None:
    answer = api.get(f"/accounts/{WANG}{path}", headers=proved("3100204589"))
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")


def test_the_proof_of_another_conversation_is_refused(api: httpx.Client, proved: Proved) -> None:
    stolen = proved(subject="c_of_somebody_else") | {"X-Subject": "c_mine"}
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=stolen).status_code == 403


def test_a_proof_ends_after_a_quarter_of_an_hour(api: httpx.Client, proved: Proved) -> None:
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=proved(age_s=600)).status_code == 200
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=proved(age_s=1000)).status_code == 403


def test_a_lower_level_than_two_hears_no_figures(api: httpx.Client, proved: Proved) -> None:
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=proved(level="L1")).status_code == 403


def test_a_forged_proof_is_refused(api: httpx.Client, proved: Proved) -> None:
    headers = proved()
    headers["X-Identity-Token"] = headers["X-Identity-Token"][:-2] + "xx"
    assert api.get(f"/accounts/{WANG}/bills/latest", headers=headers).status_code == 403


@pytest.mark.row("S12")
def test_without_a_proof_an_account_is_masked(api: httpx.Client) -> None:
    seen = api.get(f"/accounts/{WANG}").json()
    assert seen["account_name"] == "王*明"
    assert seen["account_no"] == "******2346"
    assert seen["level"] == "L1"
    assert seen["community"] == "翠湖花园"
    assert not {"contact_phone", "balance_fen", "plan"} & set(seen)
    assert "402" not in seen["supply_address"]


def test_with_a_proof_the_account_is_whole_but_for_its_phone(api: httpx.Client, proved: Proved) -> None:
    seen = api.get(f"/accounts/{WANG}", headers=proved()).json()
    assert seen["account_name"] == "王小明"
    assert seen["supply_address"] == "江城市东湖区翠湖花园3号楼2单元402"
    assert seen["contact_phone"] == "138****5678"


def test_anybody_may_hear_what_is_due_and_nothing_else(api: httpx.Client) -> None:
    assert api.get(f"/accounts/{WANG}/due").json() == {"total_fen": 9858, "due_date": "2026-11-25", "is_overdue": False}


def test_a_phone_gives_away_its_area_and_nothing_more(api: httpx.Client) -> None:
    hint = api.get("/accounts/area-hint", params={"phone": "13812345678"}).json()
    assert hint == {"community": "翠湖花园", "transformer_area": "TA-DH-0101", "area_kind": "urban"}
    assert api.get("/accounts/area-hint", params={"phone": "13899999999"}).status_code == 404


def test_without_the_service_token_nobody_is_let_in(billing_url: str) -> None:
    answer = httpx.get(f"{billing_url}/v1/accounts/{WANG}", trust_env=False, timeout=10)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("account_no", "status", "code"),
    [
        ("3100102345", 422, "account_check_failed"),
        ("3100012346", 422, "account_check_failed"),
        ("310010234", 422, "account_length"),
        ("31001023a6", 422, "account_digits"),
        ("3199999990", 404, "account_not_found"),
    ],
)
def test_a_wrong_number_says_which_kind_of_wrong(api: httpx.Client, account_no: str, status: int, code: str) -> None:
    for path in ("", "/due"):
        answer = api.get(f"/accounts/{account_no}{path}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_sixth_account_of_an_hour_is_stopped(api: httpx.Client, subject: str, billing_database: str) -> None:
    import sqlalchemy as sa

    engine = sa.create_engine(billing_database)
    with engine.connect() as link:
        numbers = link.execute(sa.text("SELECT account_no FROM billing.accounts ORDER BY 1 LIMIT 7")).scalars().all()
    engine.dispose()
    answers = [api.get(f"/accounts/{no}/due", headers={"X-Subject": subject}) for no in numbers]
    assert [a.status_code for a in answers] == [200] * 5 + [429] * 2
    assert answers[5].json()["code"] == "too_many_accounts"
    assert api.get(f"/accounts/{numbers[0]}/due", headers={"X-Subject": "c_another"}).status_code == 200


def test_a_text_that_cannot_be_kept_is_refused_and_nothing_stands(api: httpx.Client) -> None:
    answer = api.post(
        f"/accounts/{WANG}/pay-links", json={"subject": "c\u0000d"}, headers={"Idempotency-Key": "a-nul-in-it"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "not_storable")
