"""Whole talks from YAML against the running line, one test a file (folders are the patterns of design 5).

A talk: `channel`, `turns`; a turn `say`s, `choose`s or presses `digits`, and tells what is heard, `never` said,
waited for (`expects`), shown (`card`, `offers`), who owns the talk then (`owner`), what stands in ticketing (`order`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.support.line import RunningLine

HERE = Path(__file__).parent
ORDER_NO = re.compile(r"[A-Z]{2}\d{12,}")
# etiquette 14: never said, by the robot either
FORBIDDEN = (
    "不清楚",
    "这不归我管",
    "没办法",
    "你自己看",
    "慢慢等",
    "不是说过了吗",
    "规定就是这样",
    "你打错了",
    "系统坏了",
)
NOT_FOR_THE_EAR = re.compile(r"[A-Za-z0-9*#＊【】\[\]()（）]")


def talks() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*/*.yml")):
        talk = yaml.safe_load(path.read_text(encoding="utf-8"))
        marks = [pytest.mark.row(row) for row in talk.get("rows", ())]
        found.append(pytest.param(talk, id=f"{path.parent.name}/{path.stem}", marks=marks))
    return found


@pytest.mark.line
@pytest.mark.parametrize("talk", talks())
def test_the_customer_is_served(line: RunningLine, talk: dict[str, Any]) -> None:
    chat, known = line.chat(talk.get("channel", "web")), {"order": ""}
    try:
        for number, turn in enumerate(talk["turns"], 1):
            if turn.get("another_talk"):
                chat.close()
                chat = line.chat(talk.get("channel", "web"))
                continue
            answer = _take(chat, turn, known)
            told = f"turn {number} {turn.get('say') or turn}: heard {answer.text!r}, expects {answer.expects}"
            _check(line, turn, answer, known, told)
    finally:
        chat.close()


def _take(chat: Any, turn: dict[str, Any], known: dict[str, str]) -> Any:
    if "choose" in turn:
        return chat.choose(turn["choose"])
    if "digits" in turn:
        return chat.digits(turn["digits"])
    return chat.say(str(turn["say"]).format(**known))


def _check(line: RunningLine, turn: dict[str, Any], answer: Any, known: dict[str, str], told: str) -> None:
    for words in turn.get("hears", ()):
        assert words.format(**known) in answer.text, f"{words!r} missing; {told}"
    for words in (*turn.get("never", ()), *FORBIDDEN):
        assert words not in answer.text, f"{words!r} said; {told}"
    if "first" in turn:
        assert answer.texts[0].startswith(turn["first"]), told
    if "expects" in turn:
        assert answer.expects == turn["expects"], told
    if "owner" in turn:
        assert answer.owner == turn["owner"], f"owner {answer.owner}; {told}"
    if "offers" in turn:
        assert [choice["id"] for choice in answer.choices] == turn["offers"], told
    if "card" in turn:
        assert turn["card"] in [card["card"] for card in answer.cards], told
    for said in (message.get("speech") for message in answer.messages):
        assert not said or not NOT_FOR_THE_EAR.search(said), f"cannot be read aloud: {said!r}; {told}"
    found = ORDER_NO.search(answer.text)
    if turn.get("remember") == "order":
        assert found, told
        known["order"] = found[0]
    if "order" in turn:
        assert found, told
        _check_order(line, found[0], turn["order"])


def _check_order(line: RunningLine, order_no: str, wanted: dict[str, Any]) -> None:
    with line.ticketing() as ticketing:
        answer = ticketing.get(f"/v1/work-orders/{order_no}", headers={"X-View": "staff"})
    assert answer.status_code == 200, answer.text
    order = answer.json()
    flat = {**order, **(order.get("details") or {})}
    for name, value in wanted.items():
        assert flat.get(name) == value, f"{order_no}.{name} is {flat.get(name)!r}, not {value!r}"
    assert flat.get("deadline_at"), "an order without a deadline"
