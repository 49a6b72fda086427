"""What the words of an answer mean."""

from __future__ import annotations

from typing import Any

import pytest

from actions import reading
from actions.turn import Turn


def turn(text: str, **more: Any) -> Turn:
    defaults: dict[str, Any] = {
        "conversation_id": "c_1",
        "intent": "",
        "confidence": 0.9,
        "kind": "text",
        "value": "",
        "entities": (),
        "clauses": (),
        "channel": "web",
        "turn_key": "t1",
        "context": {},
    }
    return Turn(text=text, **{**defaults, **more})


@pytest.mark.parametrize(
    "text", ["对", "是的", "可以，号码尾数零六幺三", "好", "要得", "行，谢谢", "对头", "登记吧", "嗯嗯"]
)
def test_yes(text: str) -> None:
    assert reading.is_yes(turn(text))


@pytest.mark.parametrize("text", ["不是", "不用了", "没有", "算了", "不对", "先不用", "暂时不用"])
def test_no(text: str) -> None:
    assert reading.is_no(turn(text)) and not reading.is_yes(turn(text))


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("不对，是5678", "5678"),
        ("后四位是二三四六", "2346"),
        ("后面四位是2346", "2346"),
        ("最后一位是6", "6"),
        ("三幺零零，幺零二三四六", "3100102346"),
        ("我再说一遍，4729零幺", "472901"),
    ],
)
def test_the_figures_of_a_number_without_the_figures_that_count(text: str, digits: str) -> None:
    assert reading.digits(turn(text)) == digits


@pytest.mark.parametrize(
    ("text", "neighbour", "breaker"),
    [
        ("邻居有，开关没掉", "no", "no"),
        ("邻居也没电", "yes", None),
        ("有个小的掉下来了", None, "yes"),
        ("空开没跳", None, "no"),
    ],
)
def test_the_two_things_to_look_at(text: str, neighbour: str | None, breaker: str | None) -> None:
    assert (reading.neighbour_out(text), reading.breaker_tripped(text)) == (neighbour, breaker)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("整栋都闪，没焦味", "闪烁"),
        ("就厨房没电", "部分停电"),
        ("一部分没电", "部分停电"),
        ("全屋没电", "停电"),
        ("灯暗得很", "电压低"),
        ("你们好", None),
    ],
)
def test_symptoms_in_plain_words(text: str, symptom: str | None) -> None:
    assert reading.symptom(turn(text)) == symptom


def test_a_denied_symptom_is_not_one() -> None:
    said = turn("整栋都闪，没焦味", entities=({"entity": "fault_symptom", "value": "冒烟焦味", "start": 6, "end": 8},))
    assert reading.symptom(said) == "闪烁"


def test_a_place_keeps_the_customers_own_words() -> None:
    said = turn(
        "翠湖花园3号楼2单元402没电了",
        entities=(
            {"entity": "community", "value": "翠湖花园3号楼", "start": 0, "end": 7},
            {"entity": "room", "value": "2-402", "start": 7, "end": 13},
        ),
    )
    assert reading.place(said) == "翠湖花园3号楼2单元402"


@pytest.mark.parametrize(
    ("text", "phone"), [("13912342207", "13912342207"), ("电话改成139 1234 2207", "13912342207"), ("139123", None)]
)
def test_contact_phone(text: str, phone: str | None) -> None:
    assert reading.contact_phone(turn(text)) == phone


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("全家都没电", None),  # the whole flat is no whole area
        ("屋里都停了", None),
        ("我们这边都没电", "整片"),
        ("家家都没电", "整片"),
        ("整栋都没电", "整栋"),
        ("就我家", "一户"),
    ],
)
def test_how_far_it_reaches(text: str, scope: str | None) -> None:
    assert reading.scope(turn(text)) == scope
