"""What crosses the wire of accounts."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Search(BaseModel):
    """A phone or an address in somebody's words, and who asks (a conversation id), so that looking up is counted."""

    model_config = ConfigDict(extra="forbid")

    phone: Annotated[str, Field(min_length=5, max_length=30)] | None = None
    address: Annotated[str, Field(min_length=3, max_length=120)] | None = None
    subject: Annotated[str, Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.phone is None) == (self.address is None):
            raise ValueError("give a phone or an address")
        return self
