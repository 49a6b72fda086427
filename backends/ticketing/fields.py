"""Kinds of field shared by everything that crosses the wire: cleaned text, phones, account numbers, aware times."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from kernel import account_no as account_numbers
from kernel import clock
from kernel import phone as phones

_DROPPED = {"Cc", "Cs", "Co", "Cn"}  # control, lone surrogates, private use, unassigned
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # would show an order backwards


def clean(text: Any) -> Any:
    """Without control characters (a line break becomes a space) and outer blanks; what is no text passes through."""
    if not isinstance(text, str):
        return text
    kept = (" " if c in "\r\n\t" else c for c in text)
    return "".join(c for c in kept if c == " " or _is_kept(c)).strip()


def _is_kept(char: str) -> bool:
    return unicodedata.category(char) not in _DROPPED and char not in _TURNS_TEXT


def _empty_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not clean(value) else value


def _phone(value: str) -> str:
    digits = phones.normalise(value)
    if not phones.is_phone(digits):
        raise ValueError("not a phone number: a mobile of 11 digits or a fixed line is wanted")
    return digits


def _account_no(value: str) -> str:
    digits = account_numbers.normalise(value)
    wrong = account_numbers.problem(digits)
    if wrong:
        raise ValueError(f"not an account number ({wrong})")
    return digits


_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _moment(value: datetime) -> datetime:
    if not _EARLIEST <= value <= _LATEST:
        raise ValueError("out of range: a time between 2000 and 2100 is wanted")
    return value.astimezone(clock.TZ)


def _text(longest: int) -> Any:
    return Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=longest)]


Word = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=64)]
Line = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=200)]
Text500 = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=500)]
Text1000 = Annotated[str, BeforeValidator(clean), StringConstraints(min_length=1, max_length=1000)]
Phone = Annotated[str, BeforeValidator(clean), StringConstraints(max_length=40), AfterValidator(_phone)]
AccountNo = Annotated[str, BeforeValidator(clean), StringConstraints(max_length=40), AfterValidator(_account_no)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Hour = Annotated[str, BeforeValidator(clean), StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Last4 = Annotated[str, BeforeValidator(clean), StringConstraints(pattern=r"^[0-9]{4}$")]
Names = Annotated[list[Line], Field(max_length=50)]


def maybe(kind: Any) -> Any:
    """The kind, or nothing; an empty string counts as nothing."""
    return Annotated[kind | None, BeforeValidator(_empty_is_none)]


class Strict(BaseModel):
    """A field we do not know is refused, by name."""

    model_config = ConfigDict(extra="forbid")
