"""How an action speaks: responses by key, cards and signals, and a true sentence for every error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from kernel import clock, money
from kernel import phone as phones
from kernel.account_no import last4
from kernel.errors import ServiceError
from kernel.numbers_zh import speak_digits
from kernel.speech import speak_order_no, speakable


def say(dispatcher: CollectingDispatcher, response: str, **values: Any) -> None:
    """Utter a response; each text value is passed a second time as `<name>_spoken` unless the caller gave that."""
    spoken = {
        f"{k}_spoken": speakable(str(v)) for k, v in values.items() if not k.endswith("_spoken") and k != "buttons"
    }
    dispatcher.utter_message(response=response, **{**spoken, **values})


def card(dispatcher: CollectingDispatcher, kind: str, data: Mapping[str, Any]) -> None:
    """Show a card on channels that can; the phone leaves it out."""
    dispatcher.utter_message(json_message={"card": kind, "data": dict(data)})


def signal(dispatcher: CollectingDispatcher, kind: str, **values: Any) -> None:
    """Tell the gateway something (`handoff`, `close`, `emergency`, `identity`)."""
    dispatcher.utter_message(json_message={"signal": {"kind": kind, **values}})


def say_error(dispatcher: CollectingDispatcher, err: ServiceError, **values: Any) -> None:
    say(dispatcher, err.says, **values)


def order_no_of(order_no: str) -> dict[str, str]:
    return {"order_no": order_no, "order_no_spoken": speak_order_no(order_no)}


def phone_of(phone: str) -> dict[str, str]:
    """Masked for reading, its last four for the ear."""
    return {"phone": phones.mask(phone), "phone_spoken": phones.speak_last4(phone)}


def account_of(account_no: str) -> dict[str, str]:
    """Below L2 a voice reads only the last four (service-catalogue 1.3)."""
    return {"account": account_no, "account_spoken": speak_digits(last4(account_no))}


def tail_of(account_no: str) -> dict[str, str]:
    """What anybody may hear of an account: its last four digits."""
    return {"tail": last4(account_no), "tail_spoken": speak_digits(last4(account_no))}


def amount_of(name: str, amount_fen: int) -> dict[str, str]:
    return {name: money.format_yuan(amount_fen), f"{name}_spoken": money.speak_yuan(amount_fen)}


def day_of(name: str, day: date) -> dict[str, str]:
    year = f"{day.year}年" if day.year != clock.today().year else ""
    text = f"{year}{day.month}月{day.day}日"
    return {name: text, f"{name}_spoken": speakable(text)}


def time_of(name: str, at: datetime) -> dict[str, str]:
    """`15:12` today, `11月25日 10:00` on another day."""
    at = at.astimezone(clock.TZ)
    shown = f"{at:%H:%M}"
    if at.date() != clock.today():
        shown = f"{at.month}月{at.day}日 {shown}"
    return {name: shown, f"{name}_spoken": speakable(shown).replace("，", "")}


def by_of(at: datetime | None, otherwise: str = "一个工作日内") -> dict[str, str]:
    """By when somebody answers: `11月27日 14:32 前`, or what the service promises when the system gave no time."""
    if at is None:
        return {"by": otherwise, "by_spoken": speakable(otherwise)}
    return {name: f"{value}{' 前' if name == 'by' else '前'}" for name, value in time_of("by", at).items()}
