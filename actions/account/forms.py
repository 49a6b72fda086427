"""Proving who somebody is: account number, last four of its phone, code (service-catalogue 1.2)."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.account.identity import proved_account
from actions.forms import SKIPPED, Draft, TaskForm
from actions.turn import Turn
from kernel import account_no as accounts
from kernel import clock
from kernel.dates_zh import month_of
from kernel.errors import NotAllowed, NotFound, Rejected, ServiceError, TooMany
from kernel.ids import digest

MOST_WRONG = 3  # phone tails, codes, accounts: then a person


def heard_account(turn: Turn, *, asked: bool) -> str | None:
    """What was given as an account number, right or wrong: ten digits or close to it."""
    if value := turn.entity("account_no"):
        return accounts.normalise(value)
    said = reading.digits(turn)
    if asked and said:
        return said
    match = re.search(r"户号\D{0,4}(\d{7,13})", turn.text)
    if match:
        return match[1]
    return said if len(said) == accounts.LENGTH and not reading.contact_phone(turn) else None


def corrected_account(turn: Turn, before: str | None) -> str | None:
    """后面四位是2346, 最后一位是6: the old number with its end replaced."""
    said = reading.digits(turn)
    if not before or not said or len(said) >= len(before):
        return None
    return before[: -len(said)] + said


class IdentityForm(TaskForm):
    form = "identity_form"
    slots = ("account_no", "identity_phone_last4", "identity_code")

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked in (None, "account_no"):
            self._read_month(turn, draft)
        if asked in ("identity_phone_last4", "identity_code") and self._declines(turn):
            draft.finish("declined")
            return
        if (
            asked == "account_no"
            or (asked is None and draft["account_no"] is None)
            or self._names_another(turn, draft, asked)
        ):
            self._read_account(turn, draft, asked, dispatcher)
        elif asked == "identity_phone_last4":
            await self._read_last4(turn, draft, dispatcher)
        elif asked == "identity_code":
            await self._read_code(turn, draft, dispatcher)

    @staticmethod
    def _declines(turn: Turn) -> bool:
        return bool(re.search(r"不想(说|核对|给)|不愿意?|不核对|不方便|没带手机|手机不在", turn.text)) or (
            reading.is_no(turn) and not reading.digits(turn)
        )

    @staticmethod
    def _names_another(turn: Turn, draft: Draft, asked: str | None) -> bool:
        said = heard_account(turn, asked=False)
        return bool(said) and len(str(said)) >= 9 and said != draft["account_no"]

    @staticmethod
    def _read_month(turn: Turn, draft: Draft) -> None:
        month = month_of(turn.text, clock.today())
        # Nobody has a bill of the running month: 这个月 said of a bill is the newest one there is.
        if month:
            draft["bill_month"] = month if month < f"{clock.today():%Y-%m}" else None
        if re.search(r"今年|全年|一年|累计", turn.text):
            draft["bill_question"] = "year"

    def _read_account(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        before = draft["account_no_heard"] or draft["account_no"]
        said = heard_account(turn, asked=asked == "account_no")
        if said and len(said) < 7 and (reading.corrects(turn) or before):
            said = corrected_account(turn, before) or said
        if not said:
            return
        problem = accounts.problem(said)
        draft["account_no_heard"] = said
        if problem:
            draft["attempt"] = int(draft["attempt"] or 0) + 1
            draft["account_no"] = None
            if draft["attempt"] >= MOST_WRONG:
                draft.to_person("户号三次没有核对上", "identity")
                speaking.say(dispatcher, "utter_account_failed")
                return
            speaking.say(dispatcher, f"utter_account_problem_{problem}", count=len(said))
            return
        was_wrong = bool(before) and before != said
        draft["account_no"], draft["account_no_heard"] = said, said
        draft["attempt"] = 0
        draft["identity_phone_last4"] = draft["identity_code"] = draft["identity_challenge"] = None
        if was_wrong:
            speaking.say(dispatcher, "utter_account_amended", **speaking.account_of(said))

    async def _read_last4(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        said = reading.digits(turn)
        if len(said) == 11:
            said = said[-4:]
        if len(said) != 4:
            return
        await self._challenge(turn, draft, said, dispatcher)

    async def _challenge(self, turn: Turn, draft: Draft, last4: str, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        sent = int(draft["codes_sent"] or 0)
        key = digest(turn.conversation_id, turn.turn_key, "challenge", str(sent))
        try:
            challenge = await services.billing().challenge(
                account_no=account, phone_last4=last4, subject=turn.conversation_id, key=key
            )
        except (NotFound, NotAllowed, TooMany) as err:
            self._wrong_last4(draft, dispatcher, is_locked=isinstance(err, TooMany))
            return
        except Rejected:
            self._wrong_last4(draft, dispatcher, is_locked=False)
            return
        except ServiceError:
            draft.finish("billing_down")
            return
        draft["identity_phone_last4"], draft["attempt"], draft["codes_sent"] = last4, 0, sent + 1
        draft["identity_challenge"] = {"id": challenge.challenge_id, "phone": challenge.masked_phone}
        draft["identity_wrong"] = 0
        speaking.say(dispatcher, "utter_code_sent", phone=challenge.masked_phone)

    @staticmethod
    def _wrong_last4(draft: Draft, dispatcher: CollectingDispatcher, *, is_locked: bool) -> None:
        """The same words whether the account is unknown or the phone is another: nothing is revealed."""
        wrong = int(draft["identity_wrong"] or 0) + 1
        draft["identity_wrong"], draft["attempt"] = wrong, wrong
        if is_locked or wrong >= MOST_WRONG:
            speaking.say(dispatcher, "utter_identity_failed")
            draft["identity_wrong"] = 0
            draft.to_person("三次核对不符，本人在线", "identity")
            return
        speaking.say(dispatcher, "utter_last4_wrong" if wrong == 1 else "utter_last4_wrong_again")

    async def _read_code(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if re.search(r"没收到|没有收到|收不到|重发|再发|没来", turn.text):
            await self._send_again(turn, draft, dispatcher)
            return
        said = reading.digits(turn)
        if len(said) == 4 and reading.corrects(turn):
            draft["identity_phone_last4"] = None
            await self._read_last4(turn, draft, dispatcher)
            return
        if len(said) != 6:
            return
        challenge = draft["identity_challenge"] or {}
        try:
            proof = await services.billing().verify(
                str(challenge.get("id")), said, key=digest(turn.conversation_id, turn.turn_key, "verify")
            )
        except TooMany:
            self._code_failed(draft, dispatcher)
            return
        except Rejected as err:
            self._wrong_code(draft, dispatcher, is_old=err.code in ("code_expired", "challenge_expired"))
            return
        except ServiceError:
            draft.finish("billing_down")
            return
        account = str(draft["account_no"])
        draft["identity_code"] = SKIPPED
        draft["identity_wrong"] = 0
        draft["identity_proof"] = {
            "token": proof.token,
            "account_no": account,
            "level": proof.level,
            "expires_at": proof.expires_at.isoformat(),
        }
        speaking.signal(
            dispatcher,
            "identity",
            level=proof.level,
            account_last4=accounts.last4(account),
            expires_at=proof.expires_at.isoformat(),
        )

    async def _send_again(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        draft["attempt"] = 0
        if int(draft["codes_sent"] or 0) >= MOST_WRONG:
            draft.to_person("验证码三次没有收到", "identity")
            speaking.say(dispatcher, "utter_identity_failed")
            return
        last4 = draft.known("identity_phone_last4") or ""
        await self._challenge(turn, draft, last4, dispatcher)

    def _wrong_code(self, draft: Draft, dispatcher: CollectingDispatcher, *, is_old: bool) -> None:
        wrong = int(draft["identity_wrong"] or 0) + 1
        draft["identity_wrong"], draft["attempt"] = wrong, wrong
        if wrong >= MOST_WRONG:
            self._code_failed(draft, dispatcher)
        elif is_old:
            speaking.say(dispatcher, "utter_code_expired")
        else:
            speaking.say(dispatcher, "utter_code_wrong")

    @staticmethod
    def _code_failed(draft: Draft, dispatcher: CollectingDispatcher) -> None:
        speaking.say(dispatcher, "utter_identity_failed")
        draft["identity_wrong"] = 0
        draft.to_person("验证码三次不符", "identity")

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        proved = proved_account(draft.all_slots())
        if proved and (draft["account_no"] in (None, proved)):
            draft["account_no"] = proved
            draft.skip("identity_phone_last4", "identity_code")

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        draft.to_person("身份核对没有完成", "identity")
        speaking.say(dispatcher, "utter_account_failed" if asked == "account_no" else "utter_identity_failed")
