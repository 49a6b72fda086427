"""JSON of the billing REST ↔ the dataclasses of `protocol`. An unknown shape is `bad_answer`, never a KeyError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any, ParamSpec, TypeVar

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
from kernel import clock
from kernel.errors import Unavailable
from kernel.money import fen

P = ParamSpec("P")
T = TypeVar("T")
Json = Mapping[str, Any]


def _readable(read: Callable[P, T]) -> Callable[P, T]:
    @wraps(read)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as err:
            raise Unavailable("billing answered something we cannot read", code="bad_answer") from err

    return guarded


def proof(token: str | None, subject: str | None) -> dict[str, str]:
    """Headers of a proof; only what is there."""
    shown = {"X-Identity-Token": token, "X-Subject": subject}
    return {name: value for name, value in shown.items() if value}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(clock.TZ)


@_readable
def account(answer: Json) -> Account:
    known = Account.__dataclass_fields__
    return Account(**{name: value for name, value in answer.items() if name in known})


@_readable
def due(answer: Json) -> Due:
    return Due(int(answer["total_fen"]), _day(answer.get("due_date")), bool(answer.get("is_overdue")))


@_readable
def bill(answer: Json) -> Bill:
    export = answer.get("export_income")
    return Bill(
        account_no=answer["account_no"],
        month=answer["month"],
        amount_fen=int(answer["bill_amount_fen"]),
        due_fen=int(answer["due_fen"]),
        energy_kwh=int(answer["energy_kwh"]),
        period_from=date.fromisoformat(answer["period_from"]),
        period_to=date.fromisoformat(answer["period_to"]),
        days=int(answer["days"]),
        status=answer["status"],
        due_date=_day(answer.get("due_date")),
        paid_fen=int(answer.get("paid_fen") or 0),
        late_fee_fen=int(answer.get("late_fee_fen") or 0),
        late_days=int(answer.get("late_days") or 0),
        tier=answer.get("tier"),
        year_kwh=answer.get("year_kwh"),
        next_tier_from_kwh=answer.get("next_tier_from_kwh"),
        lines=tuple(answer.get("lines") or ()),
        export_kwh=answer.get("export_kwh"),
        export_income_fen=None if export is None else fen(export),
        net_credit_fen=None if export is None else fen(answer["net_credit"]),
    )


@_readable
def bills(answer: Json) -> list[Bill]:
    return [bill(item) for item in answer["items"]]


@_readable
def explanation(answer: Json) -> Explanation:
    return Explanation(
        month=answer["month"],
        before_month=answer["before_month"],
        difference_fen=int(answer["difference_fen"]),
        text=answer["text"],
        speech=answer["speech"],
        reasons=tuple(Reason(r["code"], int(r["amount_fen"]), r["text"]) for r in answer["reasons"]),
        is_seasonal=answer.get("seasonal"),
        is_unusual=bool(answer.get("unusual")),
        pace=tuple(Decimal(p) for p in answer.get("pace") or ()),
    )


@_readable
def found(answer: Json) -> list[Found]:
    """Empty when there are more than can be chosen from."""
    return [] if answer.get("more") else [Found(item["account_no"], item["status"]) for item in answer["items"]]


@_readable
def bound(answer: Json) -> list[Bound]:
    return [Bound(item["account_no"], bool(item["is_fresh"])) for item in answer["items"]]


@_readable
def members(answer: Json) -> int:
    return int(answer["members"])


@_readable
def area_hint(answer: Json) -> AreaHint:
    return AreaHint(answer["community"], answer["transformer_area"], answer.get("area_kind"))


@_readable
def challenge(answer: Json) -> Challenge:
    return Challenge(answer["challenge_id"], answer["masked_phone"], _moment(answer["expires_at"]))


@_readable
def identity_proof(answer: Json) -> IdentityProof:
    return IdentityProof(answer["identity_token"], answer["level"], _moment(answer["expires_at"]))


@_readable
def pay_link(answer: Json) -> PayLink:
    return PayLink(
        answer["link_id"], answer["account_last4"], int(answer["amount_fen"]), answer["status"],
        _moment(answer["expires_at"]), answer.get("url"),
    )  # fmt: skip


@_readable
def daily_use(answer: Json) -> DailyUse:
    days = tuple((date.fromisoformat(one["on"]), Decimal(one["kwh"])) for one in answer["days"])
    step = answer.get("step")
    if not step:
        return DailyUse(answer["month"], days)
    before, after = Decimal(step["before_kwh"]), Decimal(step["after_kwh"])
    return DailyUse(answer["month"], days, date.fromisoformat(step["from"]), before, after)


@_readable
def invoice(answer: Json) -> Invoice:
    return Invoice(answer["invoice_no"], answer["title"], int(answer["amount_fen"]), answer["status"])
