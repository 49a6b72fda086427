"""Whole talks from YAML against a running line, as a customer holds them: in writing or on the telephone.

A talk: `channel` (web, wechat, app, sms, phone), `visitor` (as WeChat knows them), `from` (the caller), `rows`,
`needs` (title of the issue it waits for), `turns`. A turn `say`s, `choose`s an offer by id, presses `digits` or
`keys`, or stays in `silence`; it tells what is heard (`hears` all of them, `hears_any` one of them, `first` the
beginning), what is `never` said, what is waited for (`expects`), shown (`card`, `offers`), who owns the talk
then (`owner`), what stands in ticketing (`order`), and whether the call has ended (`ended`). `remember: order`
keeps the order's number for `{order}` in later turns; `another_talk: true` hangs up and starts anew.
`{account_ok}` and other names of `denghuo sample` may be used.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.support.line import RunningLine

areas = importlib.import_module("tests.support.areas")

ORDER_NO = re.compile(r"[A-Z]{2}\d{12,}")
LATER_ISSUES = (
    "The ticketing backend: work orders, outages, promises",
    "The billing backend: bills that can be explained",
)
TALK_KEYS = frozenset(("channel", "visitor", "from", "rows", "source", "needs", "turns"))
DONE_KEYS = frozenset(("say", "choose", "digits", "keys", "silence", "another_talk"))
SEEN_KEYS = frozenset(("hears", "hears_any", "first", "never", "expects", "card", "offers", "owner", "order", "ended"))
TURN_KEYS = DONE_KEYS | SEEN_KEYS | {"remember"}
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
DEFAULT_CALLER = "+8613812345678"


@dataclass
class Heard:
    """What came back for one turn."""

    text: str
    first: str = ""
    expects: str = ""
    owner: str = ""
    offers: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    speech: list[str] = field(default_factory=list)
    ended: bool = False


class Written:
    """A customer who writes."""

    def __init__(self, line: RunningLine, talk: Mapping[str, Any]) -> None:
        self._chat = line.chat(talk.get("channel", "web"), visitor_id=talk.get("visitor"))

    def take(self, turn: Mapping[str, Any], known: Mapping[str, str]) -> Heard:
        kind = next(k for k in ("say", "choose", "digits") if k in turn)
        answer = getattr(self._chat, kind)(str(turn[kind]).format(**known))
        return Heard(
            text=answer.text,
            first=answer.texts[0] if answer.texts else "",
            expects=answer.expects,
            owner=answer.owner,
            offers=[choice["id"] for choice in answer.choices],
            cards=[card["card"] for card in answer.cards],
            speech=[said for message in answer.messages if (said := message.get("speech"))],
        )

    def close(self) -> None:
        self._chat.close()


class Spoken:
    """A customer on the telephone: the simulator of `ivr/simulator`."""

    def __init__(self, line: RunningLine, talk: Mapping[str, Any]) -> None:
        self._call = line.call(from_=talk.get("from", DEFAULT_CALLER))

    def take(self, turn: Mapping[str, Any], known: Mapping[str, str]) -> Heard:
        before = len(self._call.heard)
        if "say" in turn:
            self._call.say(str(turn["say"]).format(**known))
        elif "keys" in turn or "digits" in turn:
            self._call.keys(str(turn.get("keys", turn.get("digits"))).format(**known))
        else:
            self._call.silence()
        said = [h.removeprefix("say:") for h in self._call.heard[before:]]
        return Heard(
            text="".join(said), first=said[0] if said else "", speech=said, ended=self._call.waiting_for == "ended"
        )

    def close(self) -> None:
        if self._call.waiting_for != "ended":
            self._call.hangup()


def found_in(folder: Path, pattern: str = "*/*.yml") -> Iterator[Any]:
    """A pytest parameter for each talk of a folder, with its rows and what it waits for as marks."""
    for path in sorted(folder.glob(pattern)):
        talk = yaml.safe_load(path.read_text(encoding="utf-8"))
        _well_written(talk, path)
        marks = [pytest.mark.row(row) for row in talk.get("rows", ())]
        if title := talk.get("needs"):
            assert title in LATER_ISSUES, f"{path}: no later issue has the title {title!r}"
            marks.append(pytest.mark.xfail(reason=f"needs the issue {title!r}", strict=True))
        yield pytest.param(talk, id=str(path.relative_to(folder).with_suffix("")), marks=marks)


def _well_written(talk: Mapping[str, Any], path: Path) -> None:
    """A key nobody reads would be a check that cannot fail."""
    odd = set(talk) - TALK_KEYS | {key for turn in talk["turns"] for key in turn} - TURN_KEYS
    assert not odd, f"{path}: unknown {sorted(odd)}"


def hold(line: RunningLine, talk: Mapping[str, Any]) -> None:
    """Hold the talk to its end, in areas of its own; AssertionError names the first turn that went otherwise."""
    known = {name: str(value) for name, value in line.sample.items()}
    said = "".join(str(turn.get("say", "")) for turn in talk["turns"]).format_map(defaultdict(str, known))
    with areas.to_ourselves(line, *areas.named_in(said)):
        _hold(line, talk, known)


def _hold(line: RunningLine, talk: Mapping[str, Any], known: dict[str, str]) -> None:
    customer = Spoken if talk.get("channel") == "phone" else Written
    door = customer(line, talk)
    try:
        for number, turn in enumerate(talk["turns"], 1):
            if turn.get("another_talk"):
                door.close()
                door = customer(line, talk)
                continue
            heard = door.take(turn, known)
            told = f"turn {number} {turn.get('say') or turn}: heard {heard.text!r}, expects {heard.expects}"
            _check_words(turn, heard, known, told)
            _check_state(turn, heard, told)
            _check_order(line, talk, turn, heard, known, told)
    finally:
        door.close()


def _check_words(turn: Mapping[str, Any], heard: Heard, known: Mapping[str, str], told: str) -> None:
    for words in turn.get("hears", ()):
        assert str(words).format(**known) in heard.text, f"{words!r} missing; {told}"
    if some := turn.get("hears_any"):
        assert any(str(words).format(**known) in heard.text for words in some), f"none of {some!r}; {told}"
    for words in (*turn.get("never", ()), *FORBIDDEN):
        assert str(words) not in heard.text, f"{words!r} said; {told}"
    if "first" in turn:
        assert heard.first.startswith(turn["first"]), told
    for said in heard.speech:
        assert not NOT_FOR_THE_EAR.search(said), f"cannot be read aloud: {said!r}; {told}"


def _check_state(turn: Mapping[str, Any], heard: Heard, told: str) -> None:
    for name in ("expects", "owner", "offers", "ended"):
        if name in turn:
            assert getattr(heard, name) == turn[name], f"{name} {getattr(heard, name)}; {told}"
    if "card" in turn:
        assert turn["card"] in heard.cards, told


def _check_order(
    line: RunningLine,
    talk: Mapping[str, Any],
    turn: Mapping[str, Any],
    heard: Heard,
    known: dict[str, str],
    told: str,
) -> None:
    found = ORDER_NO.search(heard.text)
    if turn.get("remember") == "order":
        assert found, told
        known["order"] = found[0]
    if wanted := turn.get("order"):
        caller = str(talk.get("from", DEFAULT_CALLER)).removeprefix("+86")
        order = _read(line, found[0]) if found else _newest(line, wanted, caller)
        assert order, f"no order; {told}"
        _compare(order, wanted, told)


def _read(line: RunningLine, order_no: str) -> dict[str, Any]:
    with line.ticketing() as ticketing:
        answer = ticketing.get(f"/v1/work-orders/{order_no}", headers={"X-View": "staff"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _newest(line: RunningLine, wanted: Mapping[str, Any], caller: str) -> dict[str, Any]:
    """Where the number is only spoken: the newest order of the phone or account that the turn names."""
    by = next((name for name in ("contact_phone", "account_no") if name in wanted), "contact_phone")
    with line.ticketing() as ticketing:
        answer = ticketing.get(
            "/v1/work-orders", params={by: wanted.get(by, caller), "limit": 1}, headers={"X-View": "staff"}
        )
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return _read(line, items[0]["order_no"]) if items else {}


def _compare(order: Mapping[str, Any], wanted: Mapping[str, Any], told: str) -> None:
    flat = {**order, **(order.get("details") or {})}
    for name, value in wanted.items():
        assert flat.get(name) == value, f"{order['order_no']}.{name} is {flat.get(name)!r}, not {value!r}; {told}"
    assert flat.get("deadline_at"), f"an order without a deadline; {told}"
