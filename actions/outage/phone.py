"""The contact phone of a form: the number we know is offered, another may be said, the third try gives a way on."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import corrections, reading, speaking
from actions.forms import Draft
from actions.turn import Turn
from kernel import phone as phones

CURRENT = corrections.CURRENT
PHONE_DIGITS = 11


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
        _gather(turn, draft, slot)


def _gather(turn: Turn, draft: Draft, slot: str) -> None:
    """A number said in pieces is put together; a number of the wrong length is counted for the next question."""
    so_far = reading.gathered(turn, str(draft["heard_part"] or ""), length=PHONE_DIGITS)
    if phones.is_phone(so_far) and len(so_far) == PHONE_DIGITS:
        draft[slot] = so_far
        return
    is_piece = (len(so_far) < PHONE_DIGITS and so_far != reading.digits(turn)) or _is_first_piece(turn, so_far)
    draft["heard_part"] = so_far if is_piece else None
    if is_piece:
        draft["attempt"] = int(draft["attempt"] or 0)  # a piece is not a failed try
    draft["heard_digits"] = len(so_far)


def _is_first_piece(turn: Turn, so_far: str) -> bool:
    if turn.has("room", "address", "community"):
        return False  # 一单元三零一 goes to the address
    return 3 <= len(so_far) <= 8 and so_far.startswith("1") and not any(c in turn.text for c in "0123456789")


def amend_phone(turn: Turn, draft: Draft, slot: str, dispatcher: CollectingDispatcher) -> bool:
    """电话改成…, 后面四位是…: put the number right, or say why it stays; True when the words were about it.

    The old number stays until the new one is whole.
    """
    old = draft.known(slot)
    tail, said = reading.tail4(turn), reading.digits(turn)
    about = any(word in turn.text for word in ("电话", "手机", "号码", "尾号", "后四位", "后面四位"))
    if whole := reading.contact_phone(turn):
        draft[slot] = whole
        return True
    if old is None or len(old) != PHONE_DIGITS:
        return False
    if tail and (about or reading.corrects(turn) or len(turn.text) <= len("后面四位是二三四六吧")):
        draft[slot] = reading.with_tail(old, tail)
        return True
    if about and len(said) >= 3 and reading.corrects(turn):
        speaking.say(dispatcher, "utter_amend_not_valid", count=len(said), **speaking.phone_of(old))
        draft["attempt"] = int(draft["attempt"] or 0)
        return True
    return False


def _means_this_one(text: str) -> bool:
    return any(word in text for word in ("这个号", "现在这个", "本机", "这个电话", "就这个", "当前号码", "这个手机"))
