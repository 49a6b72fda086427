"""The contact phone of a form: the number we know is offered, another may be said, the third try gives a way on."""

from __future__ import annotations

from actions import reading
from actions.forms import Draft
from actions.turn import Turn
from kernel import phone as phones

CURRENT = "account"  # the customer is called, or written to, where they are now


def read_contact_phone(turn: Turn, draft: Draft, slot: str, asked: str | None) -> None:
    """Fill `slot` when this turn gives a phone, or accepts the one that was offered."""
    said = reading.contact_phone(turn)
    if said:
        draft[slot] = said
        return
    if asked != slot:
        return
    tail = reading.tail4(turn)
    known = turn.known_phone
    if (
        known and (tail is None or tail == phones.last4(known)) and (reading.is_yes(turn) or _means_this_one(turn.text))
    ) or (known and tail == phones.last4(known)):
        draft[slot] = known
    elif int(draft["attempt"] or 0) >= 2 and reading.is_yes(turn):
        draft[slot] = CURRENT
    else:
        draft["heard_digits"] = len(reading.digits(turn))


def _means_this_one(text: str) -> bool:
    return any(word in text for word in ("这个号", "现在这个", "本机", "这个电话", "就这个", "当前号码", "这个手机"))
