"""Which account is it, is that right, and (where figures are told) who is asking: the steps many tasks begin with.

The number may be said, keyed, typed in pieces or not known; then a phone or an address finds it. Until L2 is proved
nothing of an account is told but its last four digits (service-catalogue 1.2, 1.3).
"""

from __future__ import annotations

import re
from typing import ClassVar

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, services, speaking
from actions.account import proving
from actions.account.identity import proved_account
from actions.account.numbers import PIECE, corrected_account, has_none, heard_account, joined
from actions.forms import Draft, TaskForm
from actions.turn import Turn
from kernel import account_no as accounts
from kernel import phone as phones
from kernel.errors import NotFound, Rejected, ServiceError, TooMany

ACCOUNT_STEPS = ("account_no", "account_confirmed")
PROOF_STEPS = ("identity_phone_last4", "identity_code")
MOBILE = 11  # digits
FEW = 3  # digits: fewer are part of a word (一时, 两户), not of a number
BOUND_CHANNELS = ("wechat", "app")  # where the platform vouches for the visitor
_ORDINALS = ("一", "二", "三", "四")


class AccountForm(TaskForm):
    """Base of every form that is about an account."""

    needs_proof: ClassVar[bool] = True
    confirms_kept: ClassVar[bool] = False
    """Whether an account known from an earlier task of the talk is read back before this one uses it."""

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked is None:
            await self.read_opening(turn, draft, dispatcher)
        if draft.is_finished:
            return
        if asked in PROOF_STEPS and proving.declines(turn):
            self.decline(turn, draft, dispatcher)
        elif asked == "account_no" or (asked is None and draft["account_no"] is None):
            await self._read_account(turn, draft, asked, dispatcher)
        elif asked == "account_confirmed":
            await self._read_confirmation(turn, draft, dispatcher)
        elif self._names_another(turn, draft):
            self._take(str(heard_account(turn, asked=False)), turn, draft, dispatcher)
        elif asked == "identity_phone_last4":
            await self._read_last4(turn, draft, dispatcher)
        elif asked == "identity_code":
            await proving.read_code(turn, draft, dispatcher)
        elif asked is not None:
            await self.read_own(turn, draft, asked, dispatcher)

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """What the first words say of the task itself."""

    async def read_own(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        """An answer to one of the task's own questions."""

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """The account is known and confirmed; called again every turn, so it must not say anything twice."""

    def decline(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """They do not want to prove who they are."""
        draft.finish("declined")

    def wants_proof(self, draft: Draft) -> bool:
        return self.needs_proof

    # ── the number ──

    async def _read_account(
        self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher
    ) -> None:
        if draft["account_choices"] and (picked := _picked(turn, list(draft["account_choices"]))):
            self._use(picked, draft, source="picked")
            return
        if asked and (draft["account_lookup"] or _is_address(turn)) and await self._look_up(turn, draft, dispatcher):
            return
        said = self._said(turn, draft, asked)
        if said and not (has_none(turn.text) and len(said) < FEW):
            self._take(said, turn, draft, dispatcher)
        elif has_none(turn.text) and (asked or "户号" in turn.text):
            await self._offer_lookup(turn, draft, dispatcher)
        elif asked and (proving.declines(turn) or re.search(r"^(先)?不(缴|交|付|用|要|查)", turn.text)):
            self.decline(turn, draft, dispatcher)

    @staticmethod
    def _said(turn: Turn, draft: Draft, asked: str | None) -> str | None:
        before = draft["account_no_heard"] or draft["account_no"]
        said = heard_account(turn, asked=asked == "account_no")
        if not said or len(said) >= accounts.LENGTH - 1:
            return said
        if _corrects_end(turn, is_in_pieces=draft["account_source"] == "pieces"):
            return corrected_account(turn, before) or said
        if draft["account_source"] == "pieces":
            return joined(before, said)
        return corrected_account(turn, before) or said if before else said

    def _take(self, said: str, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Use a number that was said, or say what is wrong with it without saying where."""
        before = draft["account_no_heard"] or draft["account_no"]
        draft["account_no_heard"] = said
        is_piece = len(said) <= PIECE or (draft["account_source"] == "pieces" and len(said) < accounts.LENGTH)
        if is_piece:
            draft["account_no"], draft["attempt"] = None, int(draft["attempt"] or 0)
            draft["account_source"] = "pieces"
            speaking.say(dispatcher, "utter_account_go_on", count=len(said))
            return
        if problem := accounts.problem(said):
            self._wrong_number(draft, dispatcher, f"utter_account_problem_{problem}", count=len(said))
            return
        self._use(said, draft, source="said")
        if before and before != said and not said.startswith(before) and len(before) >= accounts.LENGTH - 1:
            speaking.say(dispatcher, "utter_account_amended", **speaking.account_of(said))
            draft["account_confirmed"] = "yes"
        elif not turn.is_phone and self.wants_proof(draft) and proved_account(draft.all_slots()) != said:
            speaking.say(dispatcher, "utter_account_heard", **speaking.tail_of(said))

    @staticmethod
    def _wrong_number(draft: Draft, dispatcher: CollectingDispatcher, response: str, **values: object) -> None:
        draft["account_no"], draft["account_confirmed"] = None, None
        draft["attempt"] = int(draft["attempt"] or 0) + 1
        if draft["attempt"] >= proving.MOST_WRONG:
            speaking.say(dispatcher, "utter_account_failed")
            draft.to_person("户号三次没有核对上", "identity")
            return
        speaking.say(dispatcher, response, **values)

    @staticmethod
    def _use(account: str, draft: Draft, *, source: str) -> None:
        draft["account_no"] = draft["account_no_heard"] = account
        draft["account_source"], draft["account_confirmed"], draft["attempt"] = source, None, 0
        draft["account_choices"] = draft["account_lookup"] = None
        draft["identity_phone_last4"] = draft["identity_code"] = draft["identity_challenge"] = None

    @staticmethod
    def _names_another(turn: Turn, draft: Draft) -> bool:
        said = heard_account(turn, asked=False)
        return bool(said) and len(str(said)) >= accounts.LENGTH - 1 and said != draft["account_no"]

    # ── found another way ──

    async def _offer_lookup(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        draft["account_lookup"], draft["attempt"] = "asked", 0
        known = turn.known_phone
        if known and turn.is_phone and await self._find(turn, draft, phone=known):
            return
        if place := reading.place(turn):
            await self._find(turn, draft, address=place)

    async def _look_up(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> bool:
        """A phone or an address that finds the account; False when neither was said."""
        phone = reading.contact_phone(turn)
        if phone and len(phone) < MOBILE and not phone.startswith("0"):
            phone = None  # eight bare digits are rather a piece of the account number
        place = None if phone else (reading.place(turn) or reading.place_words(turn.text))
        if not phone and place:
            place = turn.text if any(mark in turn.text for mark in "栋楼号室单元") else place
        if not phone and not place:
            return False
        if await self._find(turn, draft, phone=phone, address=place):
            return True
        if not draft.is_finished:
            self._wrong_number(draft, dispatcher, "utter_account_not_found_by")
        return True

    async def _find(self, turn: Turn, draft: Draft, *, phone: str | None = None, address: str | None = None) -> bool:
        try:
            found = await services.billing().search(phone=phone, address=address, subject=turn.conversation_id)
        except TooMany:
            draft.to_person("短时间查询多个户号", "identity")
            return True
        except Rejected:
            return False
        except ServiceError:
            draft.finish("billing_down")
            return True
        if len(found) == 1:
            self._use(found[0].account_no, draft, source="found")
        elif found:
            draft["account_choices"] = [one.account_no for one in found]
        if found and phone:
            draft["account_phone"] = phone
        draft["attempt"] = 0 if found else draft["attempt"]
        return bool(found)

    # ── is it right ──

    async def _read_confirmation(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        account, said = str(draft["account_no"]), heard_account(turn, asked=True) or ""
        is_correction = reading.corrects(turn) or re.search(r"[后末尾最].{0,3}位|尾号", turn.text)
        if len(said) >= accounts.LENGTH - 1:
            self._take(said, turn, draft, dispatcher)
        elif said and (is_correction or (len(said) == 4 and not self.wants_proof(draft))):
            if said == accounts.last4(account)[-len(said) :]:
                draft["account_confirmed"] = "yes"
            else:
                self._take(corrected_account(turn, account) or said, turn, draft, dispatcher)
        elif len(said) == 4:  # the tail of the phone: whoever goes on has agreed
            draft["account_confirmed"] = "yes"
            await proving.read_last4(turn, draft, dispatcher)
        elif reading.is_yes(turn):
            draft["account_confirmed"] = "yes"
        elif reading.is_no(turn) or is_correction:
            self._ask_anew(draft)

    @staticmethod
    def _ask_anew(draft: Draft) -> None:
        draft["account_no"] = draft["account_confirmed"] = draft["account_phone"] = None
        draft["account_lookup"] = "asked" if draft["account_source"] == "found" else None
        draft["account_source"], draft["attempt"] = "denied", 0

    async def _read_last4(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """A tail, or the account's own end put right (后面四位是2346)."""
        new = corrected_account(turn, draft["account_no"]) if "户号" in turn.text and reading.corrects(turn) else None
        if new:
            self._take(new, turn, draft, dispatcher)
            return
        await proving.read_last4(turn, draft, dispatcher)

    # ── what follows ──

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        await self._know_account(turn, draft, dispatcher)
        if draft.is_finished or draft["account_no"] is None:
            return
        if not self._must_confirm(turn, draft):
            draft.skip("account_confirmed")
        if draft["account_confirmed"] is None:
            return
        await self._settle_proof(turn, draft, dispatcher)
        if not draft.is_finished:
            await self.with_account(turn, draft, dispatcher)

    async def _know_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        proved = proved_account(draft.all_slots())
        if draft["account_no"] is None and proved and not draft["account_source"]:
            draft["account_no"], draft["account_source"] = proved, "kept"
        if draft["account_no"] is not None:
            draft["account_source"] = draft["account_source"] or "kept"
        elif turn.asked is None and not draft["account_lookup"] and not draft["account_no_heard"]:
            await self._take_bound(turn, draft)

    async def _take_bound(self, turn: Turn, draft: Draft) -> None:
        visitor = turn.visitor_id
        if not visitor or turn.channel not in BOUND_CHANNELS:
            return
        try:
            bound = await services.billing().bound(visitor)
        except ServiceError:
            draft.finish("billing_down")  # known customers are not made to type a number that helps nobody now
            return
        if len(bound) == 1:
            draft["account_no"], draft["account_source"] = bound[0].account_no, "bound"
        elif bound:
            draft["account_choices"] = [one.account_no for one in bound]

    def _must_confirm(self, turn: Turn, draft: Draft) -> bool:
        source, account = draft["account_source"], draft["account_no"]
        if account == proved_account(draft.all_slots()) and source != "found":
            return False
        if source in ("bound", "kept"):
            return self.confirms_kept
        return source == "found" or (source == "said" and turn.is_phone)

    async def _settle_proof(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        account = str(draft["account_no"])
        if not self.wants_proof(draft) or proved_account(draft.all_slots()) == account:
            draft.skip(*PROOF_STEPS)
            return
        if turn.visitor_id and turn.channel in BOUND_CHANNELS and draft["identity_challenge"] is None:
            await self._prove_by_binding(turn, draft, dispatcher)
        if draft["identity_phone_last4"] is None and draft["account_source"] in ("kept", "bound"):
            if not draft["identity_told"] and not draft["identity_wrong"]:
                speaking.say(dispatcher, "utter_proof_needed")
            draft["identity_told"] = "yes"
        if draft["identity_phone_last4"] is None and not draft["identity_challenge"] and not draft["identity_wrong"]:
            await self._tail_is_known(turn, draft, dispatcher)

    async def _prove_by_binding(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        try:
            proof = await services.billing().prove_bound(
                str(draft["account_no"]), visitor_id=str(turn.visitor_id), subject=turn.conversation_id
            )
        except NotFound:
            return
        except ServiceError:
            draft.finish("billing_down")
            return
        proving.keep_proof(draft, proof, dispatcher)
        draft.skip(*PROOF_STEPS)

    async def _tail_is_known(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        """Who calls from the kept phone, or has named it, is not asked for its tail; the code is sent all the same."""
        phone = draft["account_phone"] or (turn.known_phone if turn.is_phone else None)
        if not phone or draft["identity_code"] is not None:
            return
        try:
            found = await services.billing().search(phone=str(phone), subject=turn.conversation_id)
        except ServiceError:
            return
        if any(one.account_no == draft["account_no"] for one in found):
            await proving.challenge(turn, draft, phones.last4(str(phone)), dispatcher)

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked in ACCOUNT_STEPS:
            speaking.say(dispatcher, "utter_account_failed")
            draft.to_person("户号三次没有核对上", "identity")
        elif asked in PROOF_STEPS:
            speaking.say(dispatcher, "utter_identity_failed")
            draft.to_person("身份核对没有完成", "identity")
        else:
            await super().give_up(turn, draft, asked, dispatcher)


def _corrects_end(turn: Turn, *, is_in_pieces: bool) -> bool:
    """后面四位是2346, 不对，是2346; four bare digits go on with a number that is being said in pieces."""
    says_where = re.search(r"[后末尾最].{0,3}位|尾号", turn.text)
    return bool(says_where) or (reading.corrects(turn) and not is_in_pieces) or bool(re.search(r"不对|错", turn.text))


def _is_address(turn: Turn) -> bool:
    """Said instead of the number: it finds the account as well."""
    return bool(_ADDRESS.search(turn.text)) and bool(reading.place(turn) or reading.place_words(turn.text))


_ADDRESS = re.compile(
    r"(栋|幢|号楼|单元|小区|花园|新村|家园|公寓).*[0-9零一二三四五六七八九十幺]|[0-9一二三四五六七八九十](栋|幢|号楼|单元)"
)


def _picked(turn: Turn, choices: list[str]) -> str | None:
    """尾号2346, 第二户, 头一个: one of the accounts that were named."""
    said = reading.digits(turn)
    if len(said) >= 3:
        fitting = [one for one in choices if one.endswith(said)]
        return fitting[0] if len(fitting) == 1 else None
    if re.search(r"最后|末", turn.text):
        return choices[-1]
    match = re.search(r"第?([一二三四1-4])(个|户|家)|^[一二三四1-4]$|头一?[个户]|前[面一]|后[面一]", turn.text)
    if not match:
        return None
    if match[0].startswith(("头", "前")):
        return choices[0]
    if match[0].startswith("后"):
        return choices[-1]
    number = match[1] or match[0]
    place = _ORDINALS.index(number) if number in _ORDINALS else int(number) - 1
    return choices[place] if place < len(choices) else None
