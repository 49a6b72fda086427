"""Phone tail and code: from a number anybody may know to a proof of who is talking (service-catalogue 1.2)."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.forms import SKIPPED, Draft
from actions.turn import Turn
from clients.billing.protocol import IdentityProof
from kernel import account_no as accounts
from kernel.errors import NotAllowed, NotFound, Rejected, ServiceError, TooMany
from kernel.ids import digest

MOST_WRONG = 3  # phone tails, codes, accounts: then a person
_DECLINES = re.compile(
    r"不想(说|核对|给|查)|不愿意?|不核对|不验证|不方便|没带手机|手机不在|手机没电|不用核对|拿不到手机"
)


_NOT_COME = re.compile(r"没收到|没有收到|收不到|重发|再发|没来")


def declines(turn: Turn) -> bool:
    """They do not want to prove who they are."""
    if _NOT_COME.search(turn.text):
        return False
    return bool(_DECLINES.search(turn.text)) or (reading.is_no(turn) and not reading.digits(turn))


async def read_last4(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """The tail of the kept phone, or the whole phone."""
    first = re.split(r"[，,、；;。\s]+", turn.text.strip())[0] if turn.kind == "text" else ""
    said = reading.digits(turn)
    if len(said) == 11:
        said = said[-4:]
    if len(said) == 10 and len(reading.digits_of_text(first)) == 4:
        said = reading.digits_of_text(first)  # 3316，553902: tail and an older code in one breath
    if len(said) == 4:
        await challenge(turn, draft, said, dispatcher)


async def challenge(turn: Turn, draft: Draft, last4: str, dispatcher: CollectingDispatcher) -> None:
    """Have a code sent; the same words whether the account is unknown or the phone is another."""
    sent = int(draft["codes_sent"] or 0)
    key = digest(turn.conversation_id, turn.turn_key, "challenge", str(sent))
    try:
        made = await services.billing().challenge(
            account_no=str(draft["account_no"]), phone_last4=last4, subject=turn.conversation_id, key=key
        )
    except TooMany:
        _wrong_last4(draft, dispatcher, is_locked=True)
        return
    except (NotFound, NotAllowed, Rejected):
        _wrong_last4(draft, dispatcher, is_locked=False)
        return
    except ServiceError:
        draft.finish("billing_down")
        return
    draft["identity_phone_last4"], draft["attempt"], draft["codes_sent"] = last4, 0, sent + 1
    draft["identity_challenge"] = {"id": made.challenge_id, "phone": made.masked_phone}
    draft["identity_wrong"] = 0
    speaking.say(dispatcher, "utter_code_sent", phone=made.masked_phone)


def _wrong_last4(draft: Draft, dispatcher: CollectingDispatcher, *, is_locked: bool) -> None:
    wrong = int(draft["identity_wrong"] or 0) + 1
    draft["identity_wrong"], draft["attempt"] = wrong, wrong
    if is_locked or wrong >= MOST_WRONG:
        failed(draft, dispatcher, "三次核对不符，本人在线")
        return
    speaking.say(dispatcher, "utter_last4_wrong" if wrong == 1 else "utter_last4_wrong_again")


def failed(draft: Draft, dispatcher: CollectingDispatcher, reason: str) -> None:
    """The proof did not come about: a person checks."""
    speaking.say(dispatcher, "utter_identity_failed")
    draft["identity_wrong"] = 0
    draft.to_person(reason, "identity")


async def read_code(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    if _NOT_COME.search(turn.text):
        await _send_again(turn, draft, dispatcher)
        return
    said = reading.digits(turn)
    if len(said) == 4 and reading.corrects(turn):
        draft["identity_phone_last4"] = None
        await read_last4(turn, draft, dispatcher)
    elif len(said) == 6:
        await _verify(turn, draft, said, dispatcher)


async def _verify(turn: Turn, draft: Draft, code: str, dispatcher: CollectingDispatcher) -> None:
    sent = draft["identity_challenge"] or {}
    key = digest(turn.conversation_id, turn.turn_key, "verify")
    try:
        proof = await services.billing().verify(str(sent.get("id")), code, key=key)
    except TooMany:
        failed(draft, dispatcher, "验证码三次不符")
    except Rejected as err:
        _wrong_code(draft, dispatcher, is_old=err.code in ("code_expired", "challenge_expired"))
    except ServiceError:
        draft.finish("billing_down")
    else:
        draft["identity_code"], draft["identity_wrong"] = SKIPPED, 0
        keep_proof(draft, proof, dispatcher)


def keep_proof(draft: Draft, proof: IdentityProof, dispatcher: CollectingDispatcher) -> None:
    """Note the proof for the talk and tell the gateway of the level."""
    account, ends = str(draft["account_no"]), proof.expires_at.isoformat()
    draft["identity_proof"] = {"token": proof.token, "account_no": account, "level": proof.level, "expires_at": ends}
    speaking.signal(dispatcher, "identity", level=proof.level, account_last4=accounts.last4(account), expires_at=ends)


async def _send_again(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    draft["attempt"] = 0
    if int(draft["codes_sent"] or 0) >= MOST_WRONG:
        failed(draft, dispatcher, "验证码三次没有收到")
        return
    await challenge(turn, draft, draft.known("identity_phone_last4") or "", dispatcher)


def _wrong_code(draft: Draft, dispatcher: CollectingDispatcher, *, is_old: bool) -> None:
    wrong = int(draft["identity_wrong"] or 0) + 1
    draft["identity_wrong"], draft["attempt"] = wrong, wrong
    if wrong >= MOST_WRONG:
        failed(draft, dispatcher, "验证码三次不符")
    else:
        speaking.say(dispatcher, "utter_code_expired" if is_old else "utter_code_wrong")
