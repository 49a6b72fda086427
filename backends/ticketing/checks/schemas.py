"""What is said over REST about checks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from backends.ticketing.fields import Line, Strict, Text500, Word

Badge = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
Code = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


class Result(Strict):
    """A failed item says what is wrong and by when it must be right."""

    item: Code
    result: Literal["pass", "fail", "not_applicable"]
    note: Text500 | None = None
    mend_by: Day | None = None

    @model_validator(mode="after")
    def _says_what_is_wrong(self) -> Result:
        if self.result == "fail" and (self.note is None or self.mend_by is None):
            raise ValueError("a failed item needs `note` and `mend_by`")
        return self


class NewSheet(Strict):
    """Every item of the checklist once."""

    checklist: Code
    subject: Word
    order_no: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{12,16}$")] | None = None
    checked_by: Annotated[list[Badge], Field(min_length=1, max_length=6)]
    results: Annotated[list[Result], Field(min_length=1, max_length=60)]


class Mended(Strict):
    note: Line
    seen_by: Badge
