"""The rules of complaints: classed and weighed when filed, waited for three days at most, told of the outside way."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backends.ticketing.complaints import alarms, classes, repository, severity
from backends.ticketing.complaints.models import ComplaintFile, OutsideReferral
from backends.ticketing.complaints.schemas import Classing
from backends.ticketing.work_orders.acts import event_row, moment
from backends.ticketing.work_orders.models import WorkOrder
from backends.ticketing.work_orders.service import Act
from kit import jobs

WAIT_AT_MOST = timedelta(days=3)
SUPERVISION = "服务监督岗"
AUTHORITY, AUTHORITY_PHONE = "国家能源局能源监管热线", "12398"
OUTSIDE_WORDS = (
    f"您对复核结果仍有不同意见。您可以向{AUTHORITY}（{AUTHORITY_PHONE}）反映，也可以拨打12315或依法通过仲裁、诉讼解决。"
    "我们会如实向主管部门提供本次处理的全部记录。"
)


async def open_file(session: AsyncSession, order: WorkOrder) -> ComplaintFile:
    """Class and weigh a complaint that was just filed."""
    said, today = order.details["what_happened"], order.registered_at.date()
    named = order.details["complaint_class"]
    fitting = classes.suggested(said, today, main=None if named == "other" else named)
    others = [row.main for row in classes.suggested(said, today)]
    main = fitting[0].main if fitting else named
    file = ComplaintFile(
        order_no=order.order_no,
        suggested_class=main if main != named else None,
        sub_class=fitting[0].code if fitting else None,
        side_classes=[name for name in dict.fromkeys(others) if name not in (named, main)],
        department=classes.main_classes()[main].department,
        people_count=severity.people_in(said),
        major_reasons=[],
        is_supervised=False,
    )
    session.add(file)
    await weigh(session, order, file)
    return file


async def weigh(session: AsyncSession, order: WorkOrder, file: ComplaintFile) -> None:
    """Major or not, and why. What the customer or an agent called major stays major."""
    second = classes.second_classes(order.registered_at.date()).get(file.sub_class or "")
    known = severity.Known(
        people_count=file.people_count,
        is_critical_user=await repository.is_critical_user(session, order),
        promises_broken=await repository.promises_broken(session, order, moment()),
        is_major_class=second is not None and second.severity == "major",
    )
    before = set(file.major_reasons)
    file.major_reasons = severity.major_reasons(order.details["what_happened"], known)
    if not file.major_reasons:
        return
    order.details = {**order.details, "severity": "major"}
    urgent = severity.URGENT & set(file.major_reasons)
    if urgent - before:
        order.escalation_level = 3  # injury, media, a crowd: the management (5.3)
        why = "、".join(severity.REASONS[name] for name in file.major_reasons)
        alarms.raise_alarm(session, "major_complaint", f"重大投诉：{why}", order_no=order.order_no)


async def classify(session: AsyncSession, order: WorkOrder, wanted: Classing, *, role: str, actor: str) -> None:
    """The desk or the customer corrects the class; the order must be locked. A record tells who and from what."""
    file = await repository.file_of(session, order.order_no) or await open_file(session, order)
    before = {"complaint_class": order.details["complaint_class"], "sub_class": file.sub_class}
    order.details = {**order.details, "complaint_class": wanted.complaint_class}
    file.suggested_class, file.sub_class, file.side_classes = None, wanted.sub_class, list(wanted.side_classes)
    file.people_count = wanted.people_count if wanted.people_count is not None else file.people_count
    file.department = classes.main_classes()[wanted.complaint_class].department
    await weigh(session, order, file)
    act = Act("classify", role, actor, wanted.reason)
    session.add(event_row(order, act, order.status, moment(), data={"before": before}))


def left_to_wait(order: WorkOrder) -> timedelta:
    """How long the customer may still be waited for."""
    return WAIT_AT_MOST - timedelta(seconds=order.clock_paused_s)


async def start_waiting(session: AsyncSession, order: WorkOrder) -> None:
    until = moment() + left_to_wait(order)
    args = {"order_no": order.order_no, "waiting_since": moment().isoformat()}
    await jobs.defer(session, "ticketing.complaints.waited_enough", args, at=until)


def tell_outside_way(session: AsyncSession, order: WorkOrder, at: datetime) -> None:
    session.add(
        OutsideReferral(order_no=order.order_no, at=at, authority=AUTHORITY, phone=AUTHORITY_PHONE, words=OUTSIDE_WORDS)
    )
    alarms.raise_alarm(session, "refused_twice", "客户两次不认可答复，已告知外部维权途径", order_no=order.order_no)


async def hand_to_supervisor(session: AsyncSession, order: WorkOrder) -> None:
    """The supervision line passes over the team complained of, and over the desk."""
    file = await repository.file_of(session, order.order_no) or await open_file(session, order)
    file.is_supervised = True
    order.owner_team = SUPERVISION
    session.add(event_row(order, Act("supervise", "system", "ticketing"), order.status, moment()))
    alarms.raise_alarm(session, "supervision_line", "监督电话受理的投诉，直达主管", order_no=order.order_no)
