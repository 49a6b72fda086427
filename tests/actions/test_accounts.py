"""Which account is it: said in pieces, put right at its end, found another way; and what is told before a proof."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from clients.billing.memory import MemoryBilling
from kernel.tax_no import TaxNo

stage = importlib.import_module("tests.actions.stage")
WANG = "3100102346"


async def asked(form: str, task: str, slot: str, text: str, *, channel: str = "web", **slots: Any) -> Any:
    talk = stage.Stage({"task": task, "requested_slot": slot, **slots}, channel=channel)
    return talk, await talk.run(f"validate_{form}", text, form=form)


class TestTheNumber:
    async def test_a_number_said_in_pieces_is_put_together(self) -> None:
        with stage.systems():
            talk, first = await asked("identity_form", "bill_query", "account_no", "三幺零零")
            second = await talk.run("validate_identity_form", "幺零二", form="identity_form")
            third = await talk.run("validate_identity_form", "三四六", form="identity_form")
        assert first.said == second.said == ["utter_account_go_on"]
        assert third.slots["account_no"] == WANG

    @pytest.mark.parametrize(
        "text", ["我不知道户号", "户号忘了", "找不到", "记不住了", "一时找不到户号", "不晓得户号是多少"]
    )
    async def test_who_does_not_know_it_is_asked_for_phone_or_address(self, text: str) -> None:
        with stage.systems():
            _, told = await asked("identity_form", "bill_query", "account_no", text)
        assert told.slots["account_lookup"] == "asked" and told.slots["attempt"] == 0

    async def test_an_address_instead_of_the_number_finds_it(self) -> None:
        with stage.systems():
            _, told = await asked("identity_form", "bill_query", "account_no", "翠湖花园3号楼2单元402")
        assert told.slots["account_no"] == WANG and told.slots["account_source"] == "found"

    async def test_a_found_account_is_confirmed_before_anything_else(self) -> None:
        with stage.systems():
            talk, told = await asked("pay_form", "pay_bill", "account_no", "13812345678", account_lookup="asked")
        assert told.slots["account_no"] == WANG and talk.slots.get("account_confirmed") is None
        assert not told.said

    async def test_on_the_phone_the_next_answer_counts_as_yes(self) -> None:
        with stage.systems():
            talk, _ = await asked("identity_form", "bill_query", "account_no", WANG, channel="phone")
            assert talk.slots.get("account_confirmed") is None
            talk.slots["requested_slot"] = "account_confirmed"
            told = await talk.run("validate_identity_form", "五六七八", form="identity_form")
        assert told.said == ["utter_code_sent"]


class TestPaying:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("我交错户了", "wrong_account"),
            ("昨天重复交了两次", "paid_twice"),
            ("微信交了钱没到账", "missing"),
            ("手机上一直支付失败", "failed"),
            ("余额能退给我吗", "refund"),
            ("交电费", None),
            ("帮我妈交下电费", None),
        ],
    )
    async def test_what_went_wrong_is_heard(self, text: str, problem: str | None) -> None:
        with stage.systems():
            talk = stage.Stage({"task": "pay_bill"})
            await talk.run("validate_pay_form", text, form="pay_form")
        assert talk.slots.get("pay_problem") == problem

    async def test_the_sum_is_told_and_no_figure_of_the_bill(self) -> None:
        with stage.systems():
            _, told = await asked("pay_form", "pay_bill", "account_no", WANG)
        assert told.said == ["utter_pay_due"]
        assert told.values["amount"] == "98.58" and told.values["name"] == "王*明" and "energy" not in told.values

    async def test_the_note_goes_to_the_phone_that_was_named(self) -> None:
        billing = MemoryBilling.sample()
        with stage.systems(billing=billing):
            talk = stage.Stage(
                {"task": "pay_bill", "account_no": WANG, "pay_sms_wanted": "other", "pay_sms_phone": "13900001111"},
                channel="phone",
            )
            told = await talk.run("action_file_pay_bill")
        assert told.said == ["utter_pay_note_sent"] and billing.notes == [("13900001111", WANG)]


class TestTaxNumbers:
    def test_one_is_found_in_a_sentence_and_its_check_sign_looked_at(self) -> None:
        found = TaxNo.in_text("抬头江城蓝天设计有限公司，税号 9132 0101 MA12 3456 7x")
        assert found is not None and found.number == "91320101MA1234567X" and not found.fits_check

    def test_a_right_check_sign_fits(self) -> None:
        found = TaxNo.in_text("91320101MA1234567E")
        assert found is not None and found.fits_check

    @pytest.mark.parametrize("text", ["3100102346", "13812345678", "9132010", "sky@blue.cn"])
    def test_other_numbers_are_none(self, text: str) -> None:
        assert TaxNo.in_text(text) is None
