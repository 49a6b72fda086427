"""Nobody hears of an account before they proved whose it is."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest

from clients.billing.memory import MemoryBilling
from kernel import clock
from kernel.errors import Unavailable

stage = importlib.import_module("tests.actions.stage")
FORM = "validate_identity_form"


async def proving(asked: str, text: str, **slots: object):  # type: ignore[no-untyped-def]
    talk = stage.Stage({"task": "bill_query", "requested_slot": asked, **slots})
    return talk, await talk.run(FORM, text, form="identity_form")


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ("3100102345", "utter_account_problem_check"),
        ("310010234", "utter_account_problem_length"),
        ("31001023467", "utter_account_problem_length"),
    ],
)
async def test_a_wrong_account_number_is_told_which_part_is_wrong(said: str, response: str) -> None:
    with stage.systems():
        _, told = await proving("account_no", said)
    assert told.said == [response]
    assert told.slots["account_no"] is None


async def test_only_the_end_of_the_account_number_is_corrected() -> None:
    with stage.systems():
        _, told = await proving("account_no", "哦不对，是2346，最后那位", account_no_heard="3100102345")
    assert told.slots["account_no"] == "3100102346"
    assert told.said == ["utter_account_amended"]


@pytest.mark.row("S12")
async def test_the_three_steps_prove_who_it_is() -> None:
    with stage.systems():
        talk, _ = await proving("account_no", "三幺零零，幺零二三四六")
        talk.slots["requested_slot"] = "identity_phone_last4"
        sent = await talk.run(FORM, "5678", form="identity_form")
        talk.slots["requested_slot"] = "identity_code"
        proved = await talk.run(FORM, "472901", form="identity_form")
        told = await talk.run("action_tell_bill")
    assert sent.said == ["utter_code_sent"]
    assert proved.signals[0]["level"] == "L2" and proved.signals[0]["account_last4"] == "2346"
    assert told.said == ["utter_bill", "utter_bill_next"] and told.values["amount"] == "98.58"
    assert told.values["amount_spoken"] == "九十八元五角八分"


async def test_three_wrong_tails_and_a_person_takes_over() -> None:
    with stage.systems():
        talk = stage.Stage({"task": "bill_query", "account_no": "3100102346"})
        said = []
        for tail in ("1111", "2222", "3333"):
            talk.slots["requested_slot"] = "identity_phone_last4"
            said += (await talk.run(FORM, tail, form="identity_form")).said
    assert said == ["utter_last4_wrong", "utter_last4_wrong_again", "utter_identity_failed"]
    assert talk.slots["wants_person"]["skill"] == "identity"


async def test_a_proof_that_has_ended_tells_nothing() -> None:
    ended = (clock.now() - timedelta(seconds=1)).isoformat()
    proof = {"token": "x", "account_no": "3100102346", "level": "L2", "expires_at": ended}
    with stage.systems():
        told = await stage.Stage({"task": "bill_query", "identity_proof": proof}).run("action_tell_bill")
    assert told.said == ["utter_identity_expired"]


async def test_who_declines_hears_the_sum_and_nothing_else() -> None:
    with stage.systems():
        told = await stage.Stage({"task": "bill_query", "account_no": "3100102346", "task_outcome": "declined"}).run(
            "action_tell_bill"
        )
    assert told.said == ["utter_due_only"]
    assert told.values["amount"] == "98.58"


async def test_with_billing_off_no_old_figures_but_an_order() -> None:
    billing = MemoryBilling.sample()
    billing.down = Unavailable("off")
    with stage.systems(billing=billing):
        talk, told = await proving("identity_phone_last4", "5678", account_no="3100102346")
        assert told.slots["task_outcome"] == "billing_down"
        told = await talk.run("action_tell_bill")
    assert told.said == ["utter_billing_down_filed"]
    assert told.values["order_no"].startswith("ZX")
