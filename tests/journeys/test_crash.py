"""Nothing reported is ever lost: processes die without warning while two hundred people report a fault."""

from __future__ import annotations

import asyncio
import importlib
from collections import Counter
from collections.abc import Callable

import httpx
import psycopg
import pytest

storm = importlib.import_module("tests.journeys.storm")
until = importlib.import_module("tests.support.line").until

TALKS = 200
# (after how many answered messages, which processes get SIGKILL)
DEATHS = ((120, ("rasa", "actions")), (350, ("redis",)), (550, ("ticketing", "billing", "worker")), (750, ("public",)))

KEPT = "工单系统现在连不上，我先记下了，系统恢复马上登记，单号发给您。"
FILED_LATER = "刚才没登记上的那件事，现在登记好了"


def phone_of(number: int) -> str:
    return f"139{number:08d}"


def script_of(number: int) -> list[str]:
    """Two hundred reports of no power from one place would be one outage, and rightly: a flicker is each flat's own."""
    building, flat = number % 28 + 1, 101 + number
    return ["家里灯一闪一闪的", f"翠湖花园{building}号楼2单元{flat}", "只有我家", phone_of(number), "对"]


class Reaper:
    """Kills what is due as the count of answered messages goes up."""

    def __init__(self, kill: Callable[[str], object]) -> None:
        self.kill, self.answered, self.due, self.killed = kill, 0, list(DEATHS), []

    def said(self) -> None:
        self.answered += 1
        if self.due and self.answered >= self.due[0][0]:
            for name in self.due.pop(0)[1]:
                self.kill(name)
                self.killed.append(name)


async def _all_talk(base_url: str, reaper: Reaper) -> list[storm.Caller]:
    callers = [storm.Caller(n, script_of(n)) for n in range(TALKS)]
    limits = httpx.Limits(max_connections=TALKS, max_keepalive_connections=TALKS)
    async with httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(30, connect=5), limits=limits) as http:
        await asyncio.gather(*(c.run(http, reaper.said) for c in callers))
        for caller in callers:
            caller.final = await caller.transcript(http)
    return callers


async def _all_told(base_url: str, callers: list[storm.Caller]) -> None:
    async with httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(30, connect=5)) as http:
        for caller in callers:
            for _ in range(240):
                heard = "".join(map(storm.texts, await caller.transcript(http)))
                if FILED_LATER in heard:
                    break
                await asyncio.sleep(0.5)
            assert heard.count(FILED_LATER) == 1, f"caller {caller.number} was never told the number, or twice"


def _reports(database_url: str) -> list[tuple]:
    """(phone, how many orders, deadline) of the storm's callers."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as link:
        query = """SELECT contact_phone, count(*), min(deadline_at) FROM ticketing.work_orders
                   WHERE contact_phone LIKE %s GROUP BY 1"""
        return link.execute(query, ("139000%",)).fetchall()


def _turns_of(transcript: list[dict]) -> list[list[str]]:
    """What the bot said after each of the customer's messages."""
    turns: list[list[str]] = []
    for message in transcript:
        if message["author"] == "customer":
            turns.append([])
        elif message["author"] == "bot" and turns and not storm.is_greeting(message):
            turns[-1].append(storm.without_figures(storm.texts(message)))
    return turns


@pytest.mark.crash
@pytest.mark.timeout(600)
def test_every_accepted_message_is_answered_once_and_every_confirmed_report_stands_once(own_line):
    line = own_line()
    reaper = Reaper(line.kill)
    callers = asyncio.run(_all_talk(line.base_url, reaper))

    assert reaper.killed == [name for _, names in DEATHS for name in names]
    assert {sum(map(storm.is_greeting, c.final)) for c in callers} == {1}
    heard = {c.number: _turns_of(c.final) for c in callers}
    usual = [Counter(map(str, turn)).most_common(1)[0][0] for turn in zip(*heard.values(), strict=True)]
    kept = {n for n, turns in heard.items() if turns[-1][0] == KEPT}  # the number may have come already
    odd = {
        n: t for n, t in heard.items() if list(map(str, t[:-1] if n in kept else t)) != usual[: len(t) - (n in kept)]
    }
    assert not odd, f"{len(odd)} of {TALKS} talks heard something else than {usual}: {dict(list(odd.items())[:3])}"

    # Whoever confirmed while ticketing was away was told so, and is told the number once it stands.
    asyncio.run(_all_told(line.base_url, [c for c in callers if c.number in kept]))
    until(lambda: len(_reports(line.database_url)) == TALKS, within_s=120, what="every confirmed report stands")
    reports = _reports(line.database_url)
    assert {phone: count for phone, count, _ in reports} == {phone_of(n): 1 for n in range(TALKS)}
    assert all(deadline for _, _, deadline in reports)
