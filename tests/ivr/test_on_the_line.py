"""Telephone talks of the dialogues on the whole running line: keys, spoken numbers, danger, a person in the desk."""

from __future__ import annotations

import importlib
import re
from typing import Any

import httpx
import pytest

areas = importlib.import_module("tests.support.areas")
twilio = importlib.import_module("tests.fakes.twilio")
build = importlib.import_module("ivr.simulator.wire").build
pytestmark = pytest.mark.line


def last(call: Any, since: int = 0) -> str:
    return "".join(h.removeprefix("say:") for h in call.heard[since:])


def tell(call: Any, words: str) -> str:
    """Say something and return what is answered."""
    before = len(call.heard)
    call.say(words)
    return last(call, before)


def key(call: Any, keys: str) -> str:
    before = len(call.heard)
    call.keys(keys)
    return last(call, before)


def until_heard(call: Any, pattern: str, rounds: int = 12) -> str:
    """Stay on the line, silent, until these words come."""
    for _ in range(rounds):
        if re.search(pattern, last(call)):
            return last(call)
        call.silence()
    raise AssertionError(f"never heard {pattern}: {call.heard}")


def orders_of(line: Any, **wanted: str) -> list[dict[str, Any]]:
    with line.ticketing() as ticketing:
        answer = ticketing.get("/v1/work-orders", params={**wanted, "open": "true"})
        answer.raise_for_status()
        return list(answer.json()["items"])


@pytest.fixture
def call(line):
    made = line.call()
    yield made
    if made.waiting_for != "ended":
        made.hangup()
    twilio.voice_is_clean(made.transcript)


@pytest.mark.row("S18")
@pytest.mark.row("S26")
def test_d18_silence_leads_to_keys_and_keys_file_the_report(call):
    call.silence()
    call.say("")
    assert "报修按一" in last(call)
    asked = key(call, "1")
    assert "户号" in asked
    asked = key(call, "3100102346#")
    for _ in range(4):
        if "登记好了" in asked or "单号" in asked:
            break
        asked = key(call, "1")
    assert "单号" in asked and "到" in asked, call.heard


@pytest.mark.row("S12")
def test_d19_a_bill_by_keys_alone(call):
    asked = tell(call, "我想查电费")
    assert "户号" in asked
    asked = key(call, "3100102346#")
    for _ in range(5):
        if "验证码" in asked or "元" in asked:
            break
        asked = key(call, "5678#" if "后四位" in asked else "1")
    if "验证码" in asked:
        asked = key(call, "472901#")
    assert "九十八元五角八分" in asked, call.heard


def test_d20_an_account_number_said_digit_by_digit_is_read_back_by_its_end(call):
    tell(call, "交电费，户号是三幺洞洞，幺洞二三四六")
    assert "二三四六" in last(call) or "九十八元五角八分" in last(call), call.heard
    assert "三幺零零" not in last(call)


@pytest.fixture
def quiet_area(line):
    with areas.to_ourselves(line, "滨江一号"):
        yield


@pytest.mark.usefixtures("quiet_area")
def test_a_report_by_speech_is_filed_with_its_promise(line):
    call = line.call(from_="+8613800001111")
    answer = tell(call, "滨江一号3号楼2单元501家里没电了")
    said = [
        ("邻居", "没有，就我家"),
        ("开关", "没有跳闸"),
        ("小区和楼栋", "滨江一号3号楼2单元501"),
        ("全家", "全家都没电"),
    ]
    for _ in range(8):
        if "单号" in answer:
            break
        reply = next((words for word, words in said if word in answer), "对")
        answer = tell(call, reply)
    assert "单号" in answer, call.heard
    call.hangup()
    twilio.voice_is_clean(call.transcript)


@pytest.mark.row("S35")
def test_d08_a_fallen_wire_is_answered_with_what_to_do_first(line):
    call = line.call(from_="+8613800008890")
    answer = tell(call, "路上有根电线掉地上了，冒火花！")
    assert re.search("离开|八米", answer) and not answer.startswith("请问"), call.heard
    for words in ("建设街桥头，加油站旁边", "没有人受伤", "对"):
        if "派单" in last(call):
            break
        tell(call, words)
    assert "派单" in last(call), call.heard
    call.hangup()
    twilio.voice_is_clean(call.transcript)


class Desk:
    """An agent at the desk."""

    def __init__(self, line: Any) -> None:
        self.http = httpx.Client(base_url=f"{line.base_url}/desk/api", timeout=10)
        who = line.sample["desk"][0]
        made = self.http.post("/login", json={"login": who["login"], "password": who["password"]})
        made.raise_for_status()
        self.http.headers["x-csrf-token"] = made.json()["csrf"]

    def waiting_phone(self) -> str:
        rows = self.http.get("/waiting").json()["rows"]
        return [row["conversation_id"] for row in rows if row["channel"] == "phone"][-1]

    def do(self, conversation: str, what: str, **body: Any) -> None:
        self.http.post(f"/conversations/{conversation}/{what}", json=body).raise_for_status()


@pytest.mark.row("S04")
@pytest.mark.row("S42")
def test_zero_brings_an_agent_who_speaks_and_gives_back(line, call):
    assert re.search("转|坐席", key(call, "0")), call.heard
    desk = Desk(line)
    talk = desk.waiting_phone()
    desk.do(talk, "take")
    desk.do(talk, "answer", text="您好，抢修车 10 分钟到，请拦住过路的人。", message_key="a1")
    until_heard(call, "抢修车十分钟到")
    call.say("好的，谢谢")
    desk.do(talk, "give-back", note="已安抚")
    until_heard(call, "还有别的|坐席办好")
    assert tell(call, "查电费")


@pytest.mark.row("S12")
def test_a_wrong_signature_is_403_and_leaves_no_trace(line):
    import sqlalchemy as sa

    engine = sa.create_engine(line.database_url)

    def count() -> int:
        with engine.connect() as link:
            return int(link.execute(sa.text("SELECT count(*) FROM ivr.calls")).scalar_one())

    before = count()
    simulator = twilio.telephone(line.base_url, "not-the-token")
    forged = simulator.inbound()
    assert forged.heard == ["error-announcement"] and "403" in forged.debugger[0].detail
    assert count() == before
    engine.dispose()


def test_two_calls_of_one_number_are_two_talks(line):
    first, second = line.call(), line.call()
    tell(first, "查电费")
    answer = tell(second, "阳光新城停电了吗")
    assert "户号" in last(first) and "户号" not in answer
    first.hangup()
    second.hangup()
