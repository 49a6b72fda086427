"""What crosses the wire of identity proofs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class NewChallenge(BaseModel):
    """Account and phone tail as the customer gave them; `subject` is the conversation the proof will be bound to."""

    model_config = ConfigDict(extra="forbid")

    account_no: Annotated[str, Field(max_length=20)]
    phone_last4: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    subject: Annotated[str, Field(min_length=1, max_length=200)]


class Answer(BaseModel):
    """The code as the customer gave it."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ChallengeSent(BaseModel):
    challenge_id: str
    masked_phone: str
    expires_at: str


class Proved(BaseModel):
    identity_token: str
    level: str
    expires_at: str
