"""What the doors of the sealed team take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backends.ticketing.fields import Line, Strict, Text500, Text1000, Word, maybe


class Redaction(Strict):
    """The words the inspector may read, and who is reported: people, teams, their direct superiors."""

    redacted_what: Text1000
    redacted_where: Text500
    reported_parties: Annotated[list[Word], Field(max_length=20)] = Field(default_factory=list)


class IdentityWish(Strict):
    """`judicial_ref`: number of the written judicial order, needed after sealing."""

    reason: Text500
    judicial_ref: maybe(Line) = None  # type: ignore[valid-type]


class Decision(Strict):
    is_approved: bool
