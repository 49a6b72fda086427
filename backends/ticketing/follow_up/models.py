"""Tables of follow-up: plans, when to ask next, who asked not to be asked, what is to be improved or done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, Identity, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backends.ticketing.models import Base

_When = DateTime(timezone=True)
_Order = "ticketing.work_orders.order_no"


class FollowUpPlan(Base):
    """A plan or survey (7.5). `method`: card sampling questionnaire; `design` records how the sample is drawn;
    `link_code` opens a questionnaire to the public."""

    __tablename__ = "follow_up_plans"

    plan_no: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    scope: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    sample_size: Mapped[int] = mapped_column(Integer)
    design: Mapped[str] = mapped_column(Text)
    question_set: Mapped[list[str]] = mapped_column(JSONB, default=list)
    method: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    start_on: Mapped[date] = mapped_column(Date)
    end_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    link_code: Mapped[str | None] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(_When)
    closed_at: Mapped[datetime | None] = mapped_column(_When)


class FollowUpSchedule(Base):
    """When a follow-up is tried next, and with what word a card is answered. One open row a target and method."""

    __tablename__ = "follow_up_schedules"

    order_no: Mapped[str] = mapped_column(ForeignKey(_Order), primary_key=True)
    target_order_no: Mapped[str | None] = mapped_column(Text)
    plan_no: Mapped[str | None] = mapped_column(Text)
    first_by: Mapped[datetime] = mapped_column(_When)
    next_at: Mapped[datetime | None] = mapped_column(_When)
    token: Mapped[str] = mapped_column(Text, unique=True)

    __table_args__ = (
        Index("ix_follow_up_schedules_target_order_no", "target_order_no"),
        Index("ix_follow_up_schedules_next_at", "next_at"),
        Index("ix_follow_up_schedules_plan_no", "plan_no"),
    )


class FollowUpOptOut(Base):
    """A phone that does not want to be asked."""

    __tablename__ = "follow_up_opt_outs"

    phone: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str | None] = mapped_column(Text)


class ImprovementItem(Base):
    """Something to do better: from one answer, or set down when a plan is summed up."""

    __tablename__ = "improvement_items"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(_When)
    order_no: Mapped[str | None] = mapped_column(Text, index=True)
    target_order_no: Mapped[str | None] = mapped_column(Text)
    plan_no: Mapped[str | None] = mapped_column(Text, index=True)
    reason: Mapped[str] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)
    responsible: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_improvement_items_at", "at"),)


class CareTask(Base):
    """What somebody must do after a bad answer: manager_call complaint_intent supervisor_visit see_to_it."""

    __tablename__ = "care_tasks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str] = mapped_column(ForeignKey(_Order), index=True)
    at: Mapped[datetime] = mapped_column(_When)
    due_at: Mapped[datetime] = mapped_column(_When)
    done_at: Mapped[datetime | None] = mapped_column(_When)
    done_by: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_care_tasks_due_at", "due_at"),)


class QuestionnaireAnswer(Base):
    """One sheet of a public questionnaire: nobody's name."""

    __tablename__ = "questionnaire_answers"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    plan_no: Mapped[str] = mapped_column(ForeignKey("ticketing.follow_up_plans.plan_no"), index=True)
    at: Mapped[datetime] = mapped_column(_When)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    area_kind: Mapped[str | None] = mapped_column(Text)
