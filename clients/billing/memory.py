"""`Billing` without a server, for tests of whoever uses it: the same rules, one process, no database.

`MemoryBilling.sample()` knows 王小明 (3100102346, phone 13812345678) with the figures of domain/dialogues.md D01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from clients.billing.protocol import (
    Account,
    AreaHint,
    Bill,
    Bound,
    Challenge,
    DailyUse,
    Due,
    Explanation,
    Found,
    IdentityProof,
    Invoice,
    PayLink,
    Reason,
)
from kernel import account_no as accounts
from kernel import clock, ids, masking
from kernel import phone as phones
from kernel.errors import Conflict, Malformed, NotAllowed, NotFound, TooMany, Unavailable
from kernel.tax_no import TaxNo

CODE = "472901"
CODE_VALID = timedelta(minutes=5)
LINK_VALID = timedelta(hours=24)
PROOF_VALID = timedelta(minutes=15)
MOST_WRONG = 3
MOST_ACCOUNTS = 5
MOST_MEMBERS = 5
_CODES = {"check": "account_check_failed", "length": "account_length", "digits": "account_digits"}


@dataclass
class Kept:
    """An account as it stands in memory: whole, with its phone and bills (newest first)."""

    account: Account
    phone: str
    bills: list[Bill] = field(default_factory=list)
    explanations: dict[str, Explanation] = field(default_factory=dict)


@dataclass
class _Sent:
    account_no: str
    subject: str
    challenge: Challenge
    used: bool = False


class MemoryBilling:
    """See `clients.billing.protocol.Billing`. Set `down` to an error and every call raises it."""

    def __init__(self, kept: Sequence[Kept] = ()) -> None:
        self.kept = {one.account.account_no: one for one in kept}
        self.down: Unavailable | None = None
        self._sent: dict[str, _Sent] = {}
        self._by_key: dict[str, tuple[object, object]] = {}
        self._wrong: dict[str, int] = {}
        self._asked: dict[str, set[str]] = {}
        self._bound: dict[str, list[str]] = {}
        self.notes: list[tuple[str, str]] = []
        """Phone and account of every sum that was written to somebody."""
        self._proofs: dict[str, tuple[str, str, IdentityProof]] = {}
        self.links: dict[str, PayLink] = {}
        """The newest link of each account."""
        self.alerts: dict[tuple[str, str], int] = {}
        self.invoices: dict[tuple[str, str], Invoice] = {}

    @classmethod
    def sample(cls) -> MemoryBilling:
        return cls([_wang()])

    async def account(self, account_no: str, *, token: str | None = None, subject: str | None = None) -> Account:
        kept = self._find(account_no)
        if token:
            self._require(account_no, token, subject)
            return replace(kept.account, level="L2", contact_phone=phones.mask(kept.phone))
        self._count(subject, account_no)
        whole = kept.account
        return Account(
            account_no=masking.mask_account_no(account_no),
            account_name=masking.mask_name(whole.account_name),
            supply_address=masking.mask_address(whole.supply_address),
            community=whole.community,
            district=whole.district,
            area_kind=whole.area_kind,
            transformer_area=whole.transformer_area,
            category=whole.category,
            status=whole.status,
        )

    async def due(self, account_no: str, *, subject: str | None = None) -> Due:
        kept = self._find(account_no)
        self._count(subject, account_no)
        opened = [bill for bill in kept.bills if bill.due_fen > 0]
        dates = [bill.due_date for bill in opened if bill.due_date]
        return Due(sum(b.due_fen for b in opened), max(dates, default=None), any(b.is_overdue for b in opened))

    async def bills(self, account_no: str, *, token: str, subject: str, limit: int = 6) -> Sequence[Bill]:
        self._require(account_no, token, subject)
        return self._find(account_no).bills[:limit]

    async def bill(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Bill:
        self._require(account_no, token, subject)
        for bill in self._find(account_no).bills:
            if month in (None, bill.month):
                return bill
        raise NotFound("no such bill", code="bill_not_found")

    async def explanation(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> Explanation:
        bill = await self.bill(account_no, month=month, token=token, subject=subject)
        told = self._find(account_no).explanations.get(bill.month)
        if told is None:
            raise NotFound("no month before", code="nothing_to_compare")
        return told

    async def area_hint(self, phone: str) -> AreaHint | None:
        self._is_up()
        number = phones.normalise(phone)
        found = [one.account for one in self.kept.values() if one.phone == number]
        if len(found) != 1:
            return None
        return AreaHint(found[0].community, found[0].transformer_area, found[0].area_kind)

    async def search(self, *, phone: str | None = None, address: str | None = None, subject: str) -> Sequence[Found]:
        self._is_up()
        number, said = phones.normalise(phone or ""), (address or "").replace(" ", "")
        found = [
            one.account for one in self.kept.values() if (one.phone == number if phone else _local(one.account) in said)
        ]
        for account in found:
            self._count(subject, account.account_no)
        return [Found(account.account_no, account.status) for account in found]

    async def send_due(self, account_no: str, *, phone: str, subject: str, key: str) -> Due:
        due = await self.due(account_no, subject=subject)
        if not phones.is_phone(phones.normalise(phone)):
            raise Malformed("not a phone number", code="phone_malformed")
        if key not in self._by_key:
            self.notes.append((phones.normalise(phone), account_no))
            self._by_key[key] = ("due_note", due)
        return due

    async def pay_link(
        self, account_no: str, *, subject: str, key: str, amount_fen: int | None = None, phone: str | None = None
    ) -> PayLink:
        due = await self.due(account_no, subject=subject)
        if phone is not None and not phones.is_phone(phones.normalise(phone)):
            raise Malformed("not a phone number", code="phone_malformed")
        if known := self._by_key.get(key):
            assert isinstance(known[1], PayLink)
            return known[1]
        if (amount_fen or due.total_fen) <= 0:
            raise Conflict("nothing is due", code="nothing_due")
        number = ids.new_id("lj")
        made = PayLink(
            number, accounts.last4(account_no), amount_fen or due.total_fen, "open", clock.now() + LINK_VALID,
            f"http://127.0.0.1/pay/{number}",
        )  # fmt: skip
        self.links[account_no] = made
        self._by_key[key] = ("pay_link", made)
        if phone is not None:
            self.notes.append((phones.normalise(phone), account_no))
        return made

    def pay(self, account_no: str) -> None:
        """What a provider's notification does, for tests: the newest link is paid, and the oldest bills by it."""
        link, left = self.links[account_no], self.links[account_no].amount_fen
        self.links[account_no] = replace(link, status="paid")
        kept = self.kept[account_no]
        for place, bill in reversed(list(enumerate(kept.bills))):
            part = min(left, bill.due_fen)
            left -= part
            status = "paid" if part == bill.due_fen else bill.status
            kept.bills[place] = replace(bill, due_fen=bill.due_fen - part, paid_fen=bill.paid_fen + part, status=status)

    async def latest_link(self, account_no: str) -> PayLink | None:
        self._find(account_no)
        found = self.links.get(account_no)
        return replace(found, url=None) if found else None

    async def daily_use(self, account_no: str, *, month: str | None = None, token: str, subject: str) -> DailyUse:
        bill = await self.bill(account_no, month=month, token=token, subject=subject)
        return DailyUse(bill.month)

    async def set_alert(self, account_no: str, *, kind: str, limit: int, token: str, subject: str, key: str) -> None:
        self._require(account_no, token, subject)
        self.alerts[account_no, kind] = limit

    async def issue_invoice(
        self,
        account_no: str,
        *,
        month: str | None = None,
        title: str | None = None,
        tax_no: str | None = None,
        email: str | None = None,
        consent: str | None = None,
        token: str,
        subject: str,
        key: str,
    ) -> Invoice:
        bill = await self.bill(account_no, month=month, token=token, subject=subject)
        if bill.due_fen > 0:
            raise Conflict("not paid", code="not_paid_yet")
        holder = self._find(account_no).account.account_name
        if title not in (None, holder) and not consent:
            raise Conflict("the holder has to agree", code="consent_missing")
        if tax_no is not None and not ((found := TaxNo.in_text(tax_no)) and found.fits_check):
            raise Malformed("the tax number does not fit", code="tax_no_wrong")
        if key in self._by_key:
            return self.invoices[account_no, bill.month]
        if (account_no, bill.month) in self.invoices:
            raise Conflict("reverse it first", code="already_invoiced")
        made = Invoice(f"FP{clock.today():%Y%m%d}{len(self.invoices) + 1:04d}", title or holder, bill.amount_fen)
        self.invoices[account_no, bill.month] = made
        self._by_key[key] = ("invoice", made)
        return made

    async def bound(self, visitor_id: str) -> Sequence[Bound]:
        self._is_up()
        return [Bound(number) for number, visitors in self._bound.items() if visitor_id in visitors]

    async def bind(self, account_no: str, *, visitor_id: str, token: str, subject: str, key: str) -> int:
        self._require(account_no, token, subject)
        visitors = self._bound.setdefault(account_no, [])
        if visitor_id not in visitors:
            if len(visitors) >= MOST_MEMBERS:
                raise Conflict("an account has five members at most", code="too_many_members")
            visitors.append(visitor_id)
        return len(visitors)

    async def unbind(self, account_no: str, *, visitor_id: str, key: str) -> None:
        self._is_up()
        if visitor_id not in self._bound.get(account_no, []):
            raise NotFound("this visitor has no such account", code="not_bound")
        self._bound[account_no].remove(visitor_id)

    async def prove_bound(self, account_no: str, *, visitor_id: str, subject: str) -> IdentityProof:
        self._is_up()
        if visitor_id not in self._bound.get(account_no, []):
            raise NotFound("no fresh binding", code="not_bound")
        return self._prove(account_no, subject)

    async def challenge(self, *, account_no: str, phone_last4: str, subject: str, key: str) -> Challenge:
        self._is_up()
        _refuse_bad(account_no)
        request = ("challenge", account_no, phone_last4, subject)
        known = self._by_key.get(key)
        if known is not None:
            if known[0] != request:
                raise Conflict("this key belongs to another request", code="idempotency_key_reused")
            assert isinstance(known[1], Challenge)
            return known[1]
        self._count(subject, account_no)
        self._not_locked(subject)
        kept = self.kept.get(account_no)
        if kept is None or phones.last4(kept.phone) != phone_last4:
            self._count_wrong(subject, NotAllowed("they do not match", code="identity_mismatch"))
        assert kept is not None
        sent = Challenge(ids.new_id("ch"), phones.mask(kept.phone), clock.now() + CODE_VALID)
        self._sent[sent.challenge_id] = _Sent(account_no, subject, sent)
        self._by_key[key] = (request, sent)
        return sent

    async def verify(self, challenge_id: str, code: str, *, key: str | None = None) -> IdentityProof:
        self._is_up()
        sent = self._sent.get(challenge_id)
        if sent is None:
            raise NotFound("no such challenge", code="challenge_not_found")
        self._not_locked(sent.subject)
        if sent.used:
            raise Conflict("this code was used", code="challenge_used")
        if clock.now() >= sent.challenge.expires_at:
            raise Conflict("the code has ended", code="code_expired")
        if code != CODE:
            self._count_wrong(sent.subject, NotAllowed("another code was sent", code="code_wrong"))
        sent.used = True
        self._wrong.pop(sent.subject, None)
        return self._prove(sent.account_no, sent.subject)

    async def aclose(self) -> None:
        return None

    def _prove(self, account_no: str, subject: str) -> IdentityProof:
        proof = IdentityProof(ids.new_id("tk"), "L2", clock.now() + PROOF_VALID)
        self._proofs[proof.token] = (account_no, subject, proof)
        return proof

    def _is_up(self) -> None:
        if self.down is not None:
            raise self.down

    def _find(self, account_no: str) -> Kept:
        self._is_up()
        _refuse_bad(account_no)
        if account_no not in self.kept:
            raise NotFound("no such account", code="account_not_found")
        return self.kept[account_no]

    def _require(self, account_no: str, token: str, subject: str | None) -> None:
        self._is_up()
        known = self._proofs.get(token)
        if known is None or known[:2] != (account_no, subject) or known[2].expires_at <= clock.now():
            raise NotAllowed("identity is not proved", code="identity_required")

    def _count(self, subject: str | None, account_no: str) -> None:
        if subject is None:
            return
        asked = self._asked.setdefault(subject, set())
        if account_no not in asked and len(asked) >= MOST_ACCOUNTS:
            raise TooMany("too many accounts", code="too_many_accounts")
        asked.add(account_no)

    def _not_locked(self, subject: str) -> None:
        if self._wrong.get(subject, 0) >= MOST_WRONG:
            raise TooMany("too many wrong attempts", code="identity_locked")

    def _count_wrong(self, subject: str, err: NotAllowed) -> None:
        self._wrong[subject] = self._wrong.get(subject, 0) + 1
        self._not_locked(subject)
        raise err


def _local(account: Account) -> str:
    """The address from the community on."""
    return account.supply_address[account.supply_address.find(account.community) :]


def _refuse_bad(account_no: str) -> None:
    problem = accounts.problem(account_no)
    if problem:
        raise Malformed(f"account number: {problem}", code=_CODES[problem])


def _wang() -> Kept:
    account = Account(
        account_no="3100102346", account_name="王小明", supply_address="江城市东湖区翠湖花园3号楼2单元402",
        community="翠湖花园", district="东湖区", area_kind="urban", transformer_area="TA-DH-0101",
        category="residential", status="active", plan="ladder", pay_mode="postpaid",
    )  # fmt: skip
    october = Bill(
        account_no=account.account_no, month="2026-10", amount_fen=9858, due_fen=9858, energy_kwh=186,
        period_from=date(2026, 10, 1), period_to=date(2026, 11, 1), days=31, status="issued",
        due_date=date(2026, 11, 25), tier=1, year_kwh=1960, next_tier_from_kwh=2400,
        lines=({
            "code": "energy", "label": "电度电费（总）", "qty": "186", "unit": "kWh", "price": "0.5300",
            "amount": "98.58", "register": "total",
        },),
    )  # fmt: skip
    september = replace(
        october, month="2026-09", amount_fen=8904, due_fen=0, paid_fen=8904, energy_kwh=168, days=30, status="paid",
        period_from=date(2026, 9, 1), period_to=date(2026, 10, 1), due_date=date(2026, 10, 25), year_kwh=1774,
    )  # fmt: skip
    told = Explanation(
        month="2026-10", before_month="2026-09", difference_fen=954,
        text="10 月 98.58 元，比 9 月多 9.54 元：①日均 5.6→6.0 度，+6.36 元；②多 1 天，+3.18 元。电价没有变，在第一档。",  # noqa: E501
        speech="您十月电费九十八元五角八分，比九月多九元五角四分。主要是每天从五点六度到六度，多六元三角六分；"
        "另外多一天，多三元一角八分。电价没有变。",
        reasons=(Reason("higher_use", 636, "日均 5.6→6.0 度"), Reason("more_days", 318, "多 1 天")),
    )  # fmt: skip
    return Kept(account, "13812345678", [october, september], {"2026-10": told})
