"""An invoice: whose name, which tax number, which month, where to; read back before it is filed."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions import reading, speaking
from actions.account.filed import FILED_STEPS, ActionFileService, Amended, FiledForm, filing_of
from actions.account.steps import ACCOUNT_STEPS, PROOF_STEPS
from actions.filing import Filing
from actions.forms import SKIPPED, Draft
from actions.knowledge.answers import best_answer, say_answer
from actions.turn import Turn
from kernel import clock
from kernel.dates_zh import month_of
from kernel.tax_no import TaxNo

Events = list[dict[str, Any]]
_COMPANY_NAME = re.compile(r"[\u4e00-\u9fff（）()]{2,}(有限责任公司|有限公司|股份公司|公司|集团)")
_TITLE = re.compile(
    r"[\u4e00-\u9fff（）()]{2,}?(厂|店|中心|事务所|学校|医院|合作社|工作室|商行|超市|酒店|酒楼|餐馆|个体户|委员会|银行|研究院)"
)
_LEAD = re.compile(r"^(抬头)?(改成|改为|换成|开成|开给|写成|写|是|叫|为|公司名|名称|抬头|单位|我们|我|的|：|:|，|,)+")
_BAD_TITLES = re.compile(
    r"^(开|要|想|能|给|一个|我|公司|单位|这个|那个|个)*(公司|单位|店|厂|学校|医院|银行)$|供电公司|电力公司"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SPOKEN_MAIL = (
    (r"艾特|圈[aA]|at(?=[a-z0-9])", "@"),
    (r"点(?=(com|cn|net|org|qq))|(?<=[A-Za-z0-9])点(?=[A-Za-z0-9])", "."),
)
_COMPANY = re.compile(r"公司|单位|企业|抬头|专票|专用发票|税号|店里|厂里|报销")
_TENANT = re.compile(r"租(户|客|的|房)?|承租")
_HOW = re.compile(r"怎么|咋|如何|哪里|多久|能不能|可以.{0,6}吗|吗[？?]?$|去哪")
_PERSONAL = re.compile(r"个人|户名|本人|我自己|就我的名字|不用抬头|不开公司")


class InvoiceForm(FiledForm):
    form = "invoice_form"
    slots = (
        "invoice_who", *ACCOUNT_STEPS, *PROOF_STEPS, "invoice_title", "invoice_tax_no", "invoice_month",
        "invoice_email", *FILED_STEPS,
    )  # fmt: skip

    async def read_opening(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if _HOW.search(turn.text) and (found := await best_answer(turn.text)):
            say_answer(dispatcher, found)
        if _COMPANY.search(turn.text):
            draft["invoice_kind"] = "company"
        self.read_field(turn, draft, None)

    def decline(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["account_no"] is None:
            draft.finish("declined")
            return
        speaking.say(dispatcher, "utter_invoice_without_proof")
        draft.skip(*PROOF_STEPS)
        draft["invoice_unproved"] = "yes"

    def _owns_phone(self, turn: Turn) -> bool:
        return True  # digits here are a tax number, an address or a month

    def wants_proof(self, draft: Draft) -> bool:
        """A tenant's invoice waits for the owner's consent instead."""
        return draft["invoice_who"] != "tenant" and not draft["invoice_unproved"]

    async def read(self, turn: Turn, draft: Draft, asked: str | None, dispatcher: CollectingDispatcher) -> None:
        if asked == "account_no":  # 户号、抬头、税号 often come in one message
            self._read_names(turn, draft)
        await super().read(turn, draft, asked, dispatcher)

    async def settle(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["invoice_kind"] != "company":
            draft.skip("invoice_who", "invoice_title", "invoice_tax_no")
        await super().settle(turn, draft, dispatcher)
        draft.skip("service_phone")  # the e-mail is where it goes

    def read_field(self, turn: Turn, draft: Draft, asked: str | None) -> Amended:
        read = [self._read_month(turn, draft, asked), self._read_names(turn, draft), self._read_mail(turn, draft)]
        amended = next((one for one in read if one), None)
        if _PERSONAL.search(turn.text) and asked in ("invoice_title", "invoice_who", None):
            draft["invoice_kind"], draft["invoice_title"] = "personal", SKIPPED
            draft.skip("invoice_tax_no", "invoice_who")
            return "title"
        if asked == "invoice_who" or (asked is None and draft["invoice_kind"] == "company"):
            amended = self._read_who(turn, draft, asked) or amended
        if asked == "invoice_title" and not amended and 4 <= len(turn.text.strip()) <= 40 and not reading.is_yes(turn):
            draft["invoice_title"] = _LEAD.sub("", turn.text.strip())
        if asked == "invoice_email" and re.search(r"没有|不用|短信|手机", turn.text):
            draft["invoice_email"] = SKIPPED
        return amended

    @staticmethod
    def _read_who(turn: Turn, draft: Draft, asked: str | None) -> Amended:
        if _TENANT.search(turn.text):
            draft["invoice_who"] = "tenant"
        elif re.search(r"户主|业主|房东|自己的|我的户|本人|老板", turn.text) and asked:
            draft["invoice_who"] = "owner"
        return None

    @staticmethod
    def _read_names(turn: Turn, draft: Draft) -> Amended:
        amended: Amended = None
        if tax := TaxNo.in_text(turn.text):
            draft["invoice_tax_no"], draft["invoice_kind"] = tax.number, "company"
            draft["invoice_tax_odd"] = None if tax.fits_check else "yes"
            amended = "tax_no"
        elif re.search(r"税号", turn.text) and (bad := TaxNo.nearly_in_text(turn.text)):
            draft["heard_digits"] = len(bad)
        if match := _COMPANY_NAME.search(turn.text) or _TITLE.search(turn.text):
            title = _LEAD.sub("", match[0])
            if len(title) >= 4 and not _BAD_TITLES.search(title):
                draft["invoice_title"], draft["invoice_kind"] = title, "company"
                amended = "title"
        return amended

    @staticmethod
    def _read_mail(turn: Turn, draft: Draft) -> Amended:
        text = turn.text.replace(" ", "")
        for pattern, sign in _SPOKEN_MAIL:
            text = re.sub(pattern, sign, text)
        if match := _EMAIL.search(text):
            draft["invoice_email"] = match[0]
            return "email"
        return None

    @staticmethod
    def _read_month(turn: Turn, draft: Draft, asked: str | None) -> Amended:
        if turn.kind == "digits" and asked != "invoice_month":
            return None
        month = month_of(turn.text, clock.today()) if not turn.text.isdigit() or asked == "invoice_month" else None
        if month and month < f"{clock.today():%Y-%m}":
            draft["invoice_month"] = month
            return "month"
        return None

    def summary(self, draft: Draft) -> str:
        month, mail = draft.known("invoice_month"), draft.known("invoice_email")
        title, tax = draft.known("invoice_title"), draft.known("invoice_tax_no")
        parts = [f"{int(month[5:7])} 月电子发票" if month else "电子发票", f"抬头 {title}" if title else "抬头按户名"]
        if tax:
            parts.append(f"税号 {tax}" + ("（请再看一遍，校验位对不上）" if draft["invoice_tax_odd"] else ""))
        parts.append(f"发到 {mail}" if mail else "开好发短信通知")
        if draft["invoice_who"] == "tenant":
            parts.append("先请户主同意")
        return "，".join(parts)

    async def with_account(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        if draft["invoice_who"] == "tenant" and not draft["invoice_told_consent"]:
            draft["invoice_told_consent"] = "yes"
            speaking.say(dispatcher, "utter_invoice_consent")

    async def give_up(self, turn: Turn, draft: Draft, asked: str, dispatcher: CollectingDispatcher) -> None:
        if asked in ("invoice_who", "invoice_title", "invoice_tax_no", "invoice_month", "invoice_email"):
            draft[asked] = SKIPPED  # whoever makes it out asks for what is missing
        else:
            await super().give_up(turn, draft, asked, dispatcher)


class ActionFileInvoice(ActionFileService):
    task = "invoice"

    def filing(self, turn: Turn) -> Filing:
        slots = turn.slots
        what = str(slots.get("service_summary") or "电子发票")
        tax = slots.get("invoice_tax_no")
        title = slots.get("invoice_title")
        fields = {
            "apply_type": "invoice_title",
            "applicant_name": title if title != SKIPPED else None,
            "credit_code": tax if tax != SKIPPED else None,
            "note": what[:500],
        }
        return filing_of(turn, "apply", what, fields)
