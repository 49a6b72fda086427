"""What crosses the wire of bills."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class NewDueNote(BaseModel):
    """Where the sum is to be written to, and the conversation that asks."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[str, Field(min_length=5, max_length=30)]
    subject: Annotated[str, Field(min_length=1, max_length=200)]
