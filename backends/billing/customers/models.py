"""Tables of customers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.billing.accounts.models import Account
from backends.billing.models import Base

_When = sa.DateTime(timezone=True)


def _account() -> Mapped[str]:
    return mapped_column(sa.ForeignKey(Account.account_no, ondelete="CASCADE"), primary_key=True)


class Member(Base):
    """Somebody who belongs to an account beside its holder. `role`: owner, tenant, payer, family."""

    __tablename__ = "account_members"

    account_no: Mapped[str] = _account()
    phone: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    role: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    since: Mapped[date]
    until: Mapped[date | None]


class Preference(Base):
    """How somebody likes to be reached: channel, hours, language, large letters, slow speech."""

    __tablename__ = "preferences"

    account_no: Mapped[str] = _account()
    channel: Mapped[str] = mapped_column(sa.Text)
    hours: Mapped[str] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text)
    large_text: Mapped[bool]
    slow_speech: Mapped[bool]
    set_at: Mapped[datetime] = mapped_column(_When)


class Contract(Base):
    """供用电合同; `elements` by the names of the law, see `contracts.ELEMENTS`."""

    __tablename__ = "contracts"

    account_no: Mapped[str] = _account()
    contract_no: Mapped[str] = mapped_column(sa.Text)
    signed_on: Mapped[date]
    valid_until: Mapped[date | None]
    elements: Mapped[dict[str, Any]] = mapped_column(JSONB)


class LabelObjection(Base):
    """The customer says a label does not fit; it is not shown or used any more."""

    __tablename__ = "label_objections"

    account_no: Mapped[str] = _account()
    label: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    said: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(_When)


class StaffLook(Base):
    """Which member of staff searched for whom, and what for. Append-only."""

    __tablename__ = "staff_looks"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    actor: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.Text)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    found: Mapped[int]
    at: Mapped[datetime] = mapped_column(_When)
