"""What the desk's page sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Sentence = Annotated[str, Field(max_length=500)]


class LoginIn(BaseModel):
    login: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class AnswerIn(BaseModel):
    """The same `message_key` is said once."""

    text: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
    message_key: Annotated[str, Field(min_length=1, max_length=200)]


class GiveBackIn(BaseModel):
    """What the agent found out or did, for the bot to go on with."""

    note: Sentence = ""
    facts: Annotated[list[tuple[Sentence, Sentence]], Field(max_length=20)] = []
    done: Annotated[list[Sentence], Field(max_length=20)] = []


class CloseIn(BaseModel):
    reason: Sentence = "坐席办结"


class TransferIn(BaseModel):
    skill: Annotated[str, Field(pattern=r"^(general|emergency|complaint|identity|business)$")]
    reason: Sentence = ""


class RevealIn(BaseModel):
    """Seeing personal data whole needs a reason, and leaves a trace."""

    reason: Annotated[str, Field(min_length=2, max_length=200, pattern=r"\S")]
