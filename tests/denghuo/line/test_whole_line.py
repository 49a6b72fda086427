"""The whole line as the command shows it, and what is left of it after it was stopped."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kernel import clock

if TYPE_CHECKING:
    from tests.support.line import RunningLine

EVERY = ("postgres", "redis", "ticketing", "billing", "actions", "rasa", "worker", "public")


def processes_of(home: Path) -> list[str]:
    """Command lines of what runs with this state folder in its environment or among its arguments."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if str(home).encode() in told and state != "Z":
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


@pytest.mark.line
def test_status_lists_every_process_as_healthy(line: RunningLine) -> None:
    done = line.command("status", "--json")
    rows = json.loads(done.stdout)["processes"]
    assert {row["name"]: row["health"] for row in rows} == dict.fromkeys(EVERY, "ok")
    assert done.returncode == 0


@pytest.mark.line
def test_sample_names_all_that_scripts_need(line: RunningLine) -> None:
    promised = (
        "account_ok account_other account_bad_check phone_ok name_ok address_ok ticket_ok community_outage "
        "community_planned sms_code service_token twilio_auth_token public_url desk base_url"
    )
    assert [name for name in promised.split() if not line.sample.get(name)] == []


@pytest.mark.line
def test_doctor_finds_nothing_to_mend(line: RunningLine) -> None:
    done = line.command("doctor")
    assert done.returncode == 0, done.stdout


@pytest.mark.line
def test_the_public_port_is_ready_and_the_inside_is_not_on_other_addresses(line: RunningLine) -> None:
    assert line.public().get("/health/ready").status_code == 200
    outside = [a for a in _own_addresses() if not a.startswith("127.")]
    for address in outside:
        for offset in range(1, 5):
            with socket.socket() as link:
                link.settimeout(1)
                assert link.connect_ex((address, line.port + offset)) != 0


def _own_addresses() -> set[str]:
    found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    return {str(entry[4][0]) for entry in found}


@pytest.mark.line
def test_the_line_stands_on_the_day_it_was_given(line: RunningLine) -> None:
    with line.ticketing() as ticketing:
        order = ticketing.get(f"/v1/work-orders/{line.sample['ticket_ok']}", params={"phone_last4": "5678"})
    assert order.status_code == 200, order.text
    assert line.now().astimezone(clock.TZ).date().isoformat() == "2026-11-24"
    assert line.sample["ticket_ok"].startswith("GZ20261124")


@pytest.mark.line
def test_seeding_again_changes_nothing(line: RunningLine) -> None:
    before = line.sample["ticket_ok"]
    done = line.command("seed")
    assert done.returncode == 0, done.stderr
    assert json.loads(line.command("sample", "--json").stdout)["ticket_ok"] == before


@pytest.mark.line
def test_a_talk_in_the_terminal(line: RunningLine) -> None:
    done = line.command("chat", "--say", "转人工")
    assert done.returncode == 0, done.stderr
    assert "您：转人工" in done.stdout
    assert "灯火：" in done.stdout


@pytest.mark.crash
def test_each_process_killed_comes_back_and_a_stop_leaves_none(own_line: Callable[..., RunningLine]) -> None:
    line = own_line()
    for name in EVERY:
        line.until_healthy(name, not_pid=line.kill(name))
    line.until_healthy()
    assert {name: row["restarts"] for name, row in line.processes().items()} == dict.fromkeys(EVERY, 1)
    with line.chat() as talk:
        assert talk.say("转人工").text
    line.down()
    assert processes_of(line.home) == []
