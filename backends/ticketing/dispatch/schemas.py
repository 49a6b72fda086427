"""What is said over REST about crews."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Badge = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
Skill = Literal["low_voltage", "high_voltage", "emergency", "metering"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Span(_Strict):
    """Hours of the day in Shanghai, `to` not included; `to` before `from` goes over midnight."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    begins: time = Field(alias="from")
    ends: time = Field(alias="to")


class CrewFields(_Strict):
    """`districts`: its own first, then those it helps in, the nearest first; `members`: badges, the leader first."""

    name: Name
    districts: Annotated[list[Name], Field(min_length=1, max_length=20)]
    skills: Annotated[list[Skill], Field(min_length=1, max_length=4)]
    duty: Annotated[list[Span], Field(max_length=6)]
    members: Annotated[list[Badge], Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(pattern=r"^[0-9-]{5,20}$")] | None = None
    is_active: bool = True


class NewAbsence(_Strict):
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _fits(self) -> NewAbsence:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at")
        return self
