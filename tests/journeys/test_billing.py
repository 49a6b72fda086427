"""Bills from question to receipt, on the whole line: why it is more, paid by a link and heard of, back on again."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

until = importlib.import_module("tests.support.line").until

if TYPE_CHECKING:
    from tests.support.line import RunningLine

pytestmark = pytest.mark.line
ZHOU = "3100103120"
OWES = """SELECT a.account_no FROM billing.accounts a JOIN billing.bills b USING (account_no)
    WHERE a.pay_mode = 'postpaid' AND a.status = 'active' AND a.category = 'residential' AND a.account_no LIKE '3101%%'
      AND NOT EXISTS (SELECT 1 FROM billing.pay_links l WHERE l.account_no = a.account_no)
    GROUP BY 1 HAVING sum((b.paid_fen < b.payable_fen)::int) = 1 AND bool_or(b.month = '2026-10' AND b.paid_fen = 0
       AND b.payable_fen > 3000) ORDER BY md5(a.account_no || %s) LIMIT 1"""


@pytest.fixture
def ask(line: RunningLine) -> Callable[..., Any]:
    def one(statement: str, *values: Any) -> Any:
        with psycopg.connect(line.database_url.replace("postgresql+psycopg://", "postgresql://", 1)) as link:
            return link.execute(statement, values).fetchone()

    return one


@pytest.fixture
def debtor(ask: Callable[..., Any], request: pytest.FixtureRequest) -> str:
    """A home that owes October, another for each test."""
    return str(ask(OWES, request.node.name)[0])


def pay(line: RunningLine, url: str) -> None:
    """Open the link as a browser does and press the simulated provider's button."""
    token = url.rsplit("/", 1)[1]
    with line.public() as http:
        assert http.get(f"/pay/{token}").status_code == 200
        assert http.get(f"/pay/api/{token}").json()["status"] == "open"
        assert http.post(f"/pay/api/{token}/sandbox").status_code == 201


def heard_later(talk: Any, words: str) -> str:
    """What the house says by itself, once it comes."""
    found: list[str] = []

    def came() -> bool:
        with httpx.Client(trust_env=False, timeout=10) as http:
            url = f"{talk.base_url}/v1/conversations/{talk.id}/messages"
            lines = http.get(url, params={"after": 0}, headers=talk.headers).json()["messages"]
        found[:] = [p["text"] for m in lines if m["author"] == "system" for p in m["parts"] if p["kind"] == "text"]
        return any(words in text for text in found)

    until(came, within_s=20, what=f"“{words}” to be said")
    return next(text for text in found if words in text)


def amounts(text: str) -> list[int]:
    return [round(float(one) * 100) for one in re.findall(r"([+-]\d+\.\d\d) 元", text)]


def test_why_it_is_more_is_told_in_causes_that_sum_to_the_difference(line: RunningLine) -> None:
    talk = line.chat("wechat", visitor_id="v-zhou")
    told = talk.say("为什么这个月这么高").text
    assert "比 9 月多 25.97 元" in told
    assert sum(amounts(told)) == 2597
    again = line.chat("wechat", visitor_id="v-zhou").say("电费怎么比上个月多这么多").text
    assert sum(amounts(again)) == 2597


class TestPayByLink:
    def test_in_chat_the_card_has_a_link_and_the_receipt_is_told_unasked(self, line, debtor, ask) -> None:
        talk = line.chat("web")
        talk.say("交电费")
        turn = talk.say(debtor)
        url = next(card["data"]["url"] for card in turn.cards if card["card"] == "payment")
        pay(line, url)
        said = heard_later(talk, "已经入账")
        assert debtor[-4:] in said
        assert ask("SELECT sum(payable_fen - paid_fen) FROM billing.bills WHERE account_no = %s", debtor) == (0,)
        assert "已经入账" in talk.say("付好了，到账了吗").text + talk.say(debtor).text

    def test_by_phone_the_link_comes_by_message_and_who_says_paid_hears_it_is_there(self, line, debtor, ask) -> None:
        call = line.call(from_="+8613912340001")
        call.say("我要交电费")
        call.keys(f"{debtor}#")
        call.say("发短信")
        call.say("对")
        call.say("这个手机")
        phone = "13912340001"
        row = ask("SELECT text FROM billing.sms_outbox WHERE phone = %s ORDER BY queued_at DESC LIMIT 1", phone)
        assert row, call.heard
        pay(line, re.search(r"http\S+/pay/\S+", row[0])[0])
        before = len(call.heard)
        call.say("付好了")
        if not any("已经入账" in one for one in call.heard[before:]):
            call.say("对")
        assert any("已经入账" in one for one in call.heard[before:]), call.heard
        call.hangup()


def test_stopped_for_arrears_paid_in_the_chat_and_told_that_power_is_back(line, debtor, ask) -> None:
    ask("UPDATE billing.accounts SET status = 'stopped' WHERE account_no = %s RETURNING 1", debtor)
    talk = line.chat("web")
    talk.say("是不是你们因为欠费停我电了")
    assert "停电" in talk.say(debtor).text
    turn = talk.say("怎么交")
    url = next(card["data"]["url"] for card in turn.cards if card["card"] == "payment")
    pay(line, url)
    heard_later(talk, "已经入账")
    assert "已经送电" in heard_later(talk, "已经送电")
    assert ask("SELECT status FROM billing.accounts WHERE account_no = %s", debtor) == ("active",)
