"""What becomes of a notice at the doors: tried again, by another door, asked about when nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa

from backends.ticketing.notices import announcements, channels, delivery, drafting, reports
from backends.ticketing.notices.channels import NotReachable, Outgoing, Receipt
from backends.ticketing.notices.delivery import Doors
from backends.ticketing.notices.double import RecordingChannel
from backends.ticketing.notices.models import RecordedSend
from backends.ticketing.notices.schemas import Approval, Household, NewAnnouncement
from kernel import clock
from kernel.errors import ServiceError, TimedOut, Unavailable
from kit.db import Database


@dataclass
class ScriptedDoor:
    """A mail door that does what it is told: `errors` come first, then it sends. Same id, same message."""

    errors: list[ServiceError] = field(default_factory=list)
    sent: dict[str, Outgoing] = field(default_factory=dict)
    sends_before_failing: bool = False
    asked: list[str] = field(default_factory=list)

    async def send(self, delivery: Outgoing) -> Receipt:
        if self.errors:
            if self.sends_before_failing:
                self.sent[delivery.delivery_id] = delivery
            raise self.errors.pop(0)
        self.sent[delivery.delivery_id] = delivery
        return Receipt(f"mail-{len(self.sent)}", "delivered")

    async def look_up(self, delivery_id: str) -> Receipt | None:
        self.asked.append(delivery_id)
        return Receipt("mail-found") if delivery_id in self.sent else None


@pytest.fixture
def door() -> Iterator[ScriptedDoor]:
    made = ScriptedDoor()
    channels.use("email", made)
    yield made
    channels.use("email", None)


@pytest.fixture
def by_mail(file_fault):
    """A fault report that came by mail, told by mail."""

    def file():
        return file_fault(channel="email").json()["order_no"]

    return file


def test_goes_by_the_door_the_customer_came_by(door, by_mail, told, phone, work):
    by_mail()
    work()
    assert (told(phone)[0].state, told(phone)[0].channel) == ("delivered", "email")
    assert len(door.sent) == 1


def test_door_that_is_away_is_tried_again_later(door, by_mail, told, phone, work):
    door.errors = [Unavailable("away"), Unavailable("away")]
    by_mail()
    work()
    first = told(phone)[0]
    assert (first.state, first.next_at) == ("queued", clock.now() + timedelta(seconds=30))
    work(clock.now() + timedelta(seconds=30))
    assert told(phone)[0].state == "queued"
    work(clock.now() + timedelta(seconds=90))
    assert told(phone)[0].state == "delivered"
    assert len(door.sent) == 1


def test_after_five_tries_it_goes_by_sms(door, by_mail, told, phone, work):
    door.errors = [Unavailable("away")] * 5
    by_mail()
    work(clock.now() + timedelta(hours=1))
    for _ in range(4):
        work(max(told(phone)[0].next_at, clock.now()))
    assert (told(phone)[0].state, told(phone)[0].channel, told(phone)[0].times) == ("sent", "sms", 1)
    assert door.sent == {}


def test_who_is_not_to_be_reached_by_this_door_is_told_by_sms_at_once(door, by_mail, told, phone, work):
    door.errors = [NotReachable("no such mailbox")]
    by_mail()
    work()
    assert (told(phone)[0].state, told(phone)[0].channel) == ("sent", "sms")


@pytest.mark.parametrize("sends_before_failing", [True, False])
def test_when_nobody_knows_the_door_is_asked_before_it_is_sent_again(
    door, by_mail, told, phone, work, sends_before_failing
):
    door.errors, door.sends_before_failing = [TimedOut("no answer")], sends_before_failing
    by_mail()
    work()
    assert (told(phone)[0].state, told(phone)[0].reason) == ("unknown", "not_answered")
    assert door.asked == []

    work(clock.now() + timedelta(seconds=30))

    assert door.asked == [told(phone)[0].delivery_id]
    assert told(phone)[0].state == ("sent" if sends_before_failing else "delivered")
    assert len(door.sent) == 1


def test_a_doors_own_mistake_stops_nobody_else(door, by_mail, told, phone, work, file_fault):
    door.errors = [ServiceError("broken")]
    by_mail()
    work()
    assert told(phone)[0].state == "unknown"


async def test_two_workers_at_once_hand_each_message_over_once(served, phone):
    database = Database(served.database_url)
    doors = Doors(RecordingChannel(database))
    new = NewAnnouncement(kind="safety", message="雷雨将至", actor="K1")
    households = [Household(phone=f"189{int(phone) % 100000:05d}{n:03d}") for n in range(900)]
    async with database.transaction() as session:
        notice = await drafting.draft(session, new)
        await announcements.add_households(session, notice, households)
        await announcements.approve(session, notice, Approval(actor="K2"))
        assert await announcements.release(session, notice.notice_id) == 900
    await asyncio.gather(*(delivery.run(database, doors) for _ in range(3)))
    async with database.reading() as session:
        mine = RecordedSend.delivery_id.startswith(f"{notice.notice_id}.")
        counts = sa.select(sa.func.count(), sa.func.max(RecordedSend.times)).where(mine)
        assert tuple((await session.execute(counts)).one()) == (900, 1)
        assert (await reports.report(session, notice))["states"]["sent"] == 900
    await database.close()


@pytest.mark.parametrize(("hour", "channel"), [(15, "phone"), (23, "sms")])
def test_telephone_rings_only_to_ask_whether_power_is_back_and_only_by_day(
    file_fault, told, phone, work, post, hour, channel
):
    number = file_fault(channel="phone", caller_phone=phone).json()["order_no"]
    steps = [("accept", {}), ("depart", {}), ("arrive", {}), ("secure", {})]
    steps.append(("restore", {"cause": "熔断", "repair_note": "换件"}))
    for event, data in steps:
        body = {"event": event, "role": "crew", "actor": "A1", "data": data, "reason": "到"}
        assert post(f"/v1/work-orders/{number}/events", body).status_code == 200
    work(clock.now().replace(hour=hour))
    channel_of = {one.template.split(".")[1]: one.channel for one in told(phone)}
    assert (channel_of["accept"], channel_of["restore"]) == ("sms", channel)


@pytest.mark.row("S59")
def test_seventh_message_within_an_hour_waits(post, told, phone, work):
    for n in range(7):
        body = {"order_type": "suggestion", "content": f"建议第{n}条", "contact_phone": phone}
        number = post("/v1/work-orders", body).json()["order_no"]
        post(f"/v1/work-orders/{number}/events", {"event": "assign", "role": "agent", "actor": "K1"})
    work()
    states = [one.state for one in told(phone)]
    assert states == ["sent"] * 6 + ["queued"]
    assert told(phone)[-1].reason == "rate"
    work(clock.now() + timedelta(hours=1))
    assert told(phone)[-1].state == "sent"


def test_who_declined_hears_no_progress_but_still_the_answer(post, told, phone, work):
    wish = {"phone": phone, "phone_last4": phone[-4:]}
    assert post("/v1/notice-opt-outs", wish).json()["is_declined"] is True
    number = post(
        "/v1/work-orders", {"order_type": "suggestion", "content": "多设网点", "contact_phone": phone}
    ).json()["order_no"]
    for event, role, data in (
        ("assign", "agent", {}), ("evaluate", "department", {"adoption": "adopted"}),
        ("reply", "department", {"reply_text": "明年新设两处"}),
    ):  # fmt: skip
        body = {"event": event, "role": role, "actor": "K1", "data": data}
        assert post(f"/v1/work-orders/{number}/events", body).status_code == 200
    work()
    assert [(one.template, one.state, one.reason) for one in told(phone)[:2]] == [
        ("suggestion.assign", "suppressed", "declined"),
        ("suggestion.reply", "sent", None),
    ]
