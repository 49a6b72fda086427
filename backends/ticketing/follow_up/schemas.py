"""What is said over REST about follow-ups, plans and surveys."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Score = Annotated[int, Field(ge=1, le=5)]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Question = Literal["q1_restored", "q2_score", "q3_speed", "q4_attitude", "q3_words"]
Target = Literal["consult", "apply", "fault_report", "complaint", "suggestion", "praise", "appointment"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Answers(_Strict):
    """Answers by key (7.3); at least one of them."""

    q1_restored: Literal["yes", "no", "partly"] | None = None
    q2_score: Score | None = None
    q3_speed: Score | None = None
    q4_attitude: Score | None = None
    q3_words: Words | None = None
    unsatisfied_reason: Literal["slow", "attitude", "not_solved", "cost", "unclear", "other"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Answers:
        if not self.answers():
            raise ValueError("one answer at least")
        return self

    def answers(self) -> dict[str, Any]:
        return self.model_dump(exclude={"unsatisfied_reason"}, exclude_none=True)


class NewAttempt(_Strict):
    """What came of a call."""

    result: Literal["answered", "no_answer", "refused", "wrong_number"]
    actor: Name
    answers: Answers | None = None

    @model_validator(mode="after")
    def _fits(self) -> NewAttempt:
        if (self.result == "answered") != (self.answers is not None):
            raise ValueError("answers go with the result answered, and only with it")
        return self


class Done(_Strict):
    by: Name
    outcome: Words


class Scope(_Strict):
    """Whose orders are drawn from: types, and the days on which they were closed (both included)."""

    order_types: Annotated[list[Target], Field(min_length=1, max_length=7)] = Field(default=["fault_report"])
    closed_from: date
    closed_until: date
    community: Annotated[str, Field(max_length=60)] | None = None


class NewPlan(_Strict):
    """`method`: card 满意卡, sampling 抽样调查, questionnaire 社会调查问卷 (the seed's three)."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    method: Literal["card", "sampling", "questionnaire"]
    scope: Scope | None = None
    sample_size: Annotated[int, Field(ge=1, le=10_000)] = 100
    question_set: Annotated[list[Question], Field(min_length=1, max_length=5)] = Field(
        default=["q1_restored", "q2_score", "q3_words"]
    )
    owner: Name
    start_on: date
    end_on: date

    @model_validator(mode="after")
    def _fits(self) -> NewPlan:
        if self.end_on < self.start_on:
            raise ValueError("end_on is before start_on")
        if (self.method == "questionnaire") != (self.scope is None):
            raise ValueError("card and sampling need a scope, a questionnaire has none")
        return self


class Item(_Strict):
    """One thing to do better."""

    words: Words
    responsible: Name
    due_on: date


class Closing(_Strict):
    """A plan without a summary is not closed (7.5)."""

    summary: Annotated[str, Field(min_length=10, max_length=5000)]
    improvement_items: Annotated[list[Item], Field(max_length=50)] = []
