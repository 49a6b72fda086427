"""`denghuo bench ticketing`: the ticketing system under the load of a storm, with the wanted figures beside.

A PostgreSQL of its own from the wheels, durable as in production, and the real service as a process of its own on
127.0.0.1, one process as in the line. Measured from outside, over HTTP: one key from fifty callers at once; a storm at
the rate of 10 000 reports in five minutes, each due at its own moment whether or not the service keeps up (the time
counts from then), what became of every report, and whether it is in the right incident. Notices and clocks are measured
by their own benches and printed beside.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from backends.sample.places import PLACES
from backends.ticketing import sample
from denghuo import bench_notices
from denghuo.bench_http import Wire
from denghuo.process import die_with_parent
from kit import settings
from kit.db import Database

ROOT = Path(__file__).resolve().parent.parent
REPORTS, RATE = 10_000, 10_000 / 300  # reports a second
CALLERS = 50
WIRES = 64
BAR_P95_MS, BAR_RIGHT = 150, 0.99
START_S, PATIENCE_S, AGAIN_S = 40, 120, 0.2
RETRYABLE = frozenset({0, 429, 500, 502, 503, 504})  # 0: nobody listened
HAZARD, OTHER = 0.02, 0.03  # of a storm's reports: danger, and what is no lost supply


@dataclass(frozen=True)
class Report:
    """One call of the storm and where it belongs: the transformer area, or None when it must stand alone."""

    key: str
    body: dict[str, Any]
    area: str | None


@dataclass(frozen=True)
class Filed:
    took_ms: float
    tries: int
    order_no: str | None


@contextmanager
def a_service(database_url: str) -> Iterator[int]:
    """The port of a real ticketing service on this database, with the sample's places in it."""
    asyncio.run(_load_places(database_url))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environ = {**os.environ, "DENGHUO_DATABASE__URL": database_url, "DENGHUO_ENVIRONMENT": "test"}
    command = [sys.executable, "-m", "uvicorn", "backends.ticketing.app:app", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-access-log", "--log-level", "warning"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        if not bench_notices.wait_until(lambda: _is_ready(port), most_s=START_S):
            raise RuntimeError("the ticketing service did not start")
        yield port
    finally:
        process.terminate()
        process.wait()


async def _load_places(database_url: str) -> None:
    database = Database(database_url)
    async with database.transaction() as session:
        await sample.load_places(session)
    await database.close()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _headers(key: str) -> dict[str, str]:
    token = settings.load().service.token.get_secret_value()
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": key}


# One key from many callers


async def one_key(port: int) -> dict[str, Any]:
    """Fifty callers send the same report with the same key at the same moment."""
    report = storm(1, seed=7)[0]
    wires = [Wire(port) for _ in range(CALLERS)]
    answers = await asyncio.gather(
        *(wire.ask("POST", "/v1/work-orders", report.body, _headers("bench:one-key")) for wire in wires)
    )
    for wire in wires:
        wire.close()
    numbers = {body["order_no"] for _, body in answers if body and "order_no" in body}
    return {
        "callers": CALLERS,
        "orders": len(numbers),
        "statuses": dict(Counter(status for status, _ in answers)),
        "passes": len(numbers) == 1 and {status for status, _ in answers} == {201},
    }


# The storm


def storm(reports: int, *, seed: int = 20261124) -> list[Report]:
    """So many calls from every place of the sample utility: most without power, some in danger, some else."""
    dice = random.Random(seed)
    return [_report(number, dice) for number in range(reports)]


def _report(number: int, dice: random.Random) -> Report:
    place = dice.choice(PLACES)
    area = dice.choice(place.areas)
    first, last = area.buildings or (1, 18)
    building, flat = dice.randint(first, last), f"{dice.randint(1, 4)}单元{dice.randint(1, 30)}0{dice.randint(1, 4)}"
    body: dict[str, Any] = {
        "order_type": "fault_report",
        "channel": dice.choice(["phone", "wechat", "web_chat", "sms"]),
        "contact_phone": f"135{number:08d}",
        "address": f"{place.name}{building}号楼{flat}",
        "symptom": "all_out",
        "is_neighbour_out": dice.choice(["yes", "yes", "unknown"]),
        "is_life_support": dice.random() < 0.01,
    }
    kind = dice.random()
    if kind < HAZARD:
        body |= {"symptom": "line_damage", "hazard_kind": dice.choice(["line_down", "fire", "tree", "meter_spark"])}
    elif kind < HAZARD + OTHER:
        body |= {"symptom": dice.choice(["low_voltage", "flicker"])}
    return Report(f"bench:storm:{number}", body, place.area_of(building).code if kind >= HAZARD + OTHER else None)


async def rage(port: int, reports: list[Report]) -> list[Filed]:
    """Every report at its moment, on whatever connection is free then."""
    free: asyncio.Queue[Wire] = asyncio.Queue()
    for _ in range(WIRES):
        free.put_nowait(Wire(port))
    starts = asyncio.get_running_loop().time() + 0.1
    filed = await asyncio.gather(
        *(_file(report, starts + place / RATE, free, port) for place, report in enumerate(reports))
    )
    while not free.empty():
        free.get_nowait().close()
    return list(filed)


async def _file(report: Report, at: float, free: asyncio.Queue[Wire], port: int) -> Filed:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(max(at - loop.time(), 0))
    tries = 0
    while loop.time() < at + PATIENCE_S:
        tries += 1
        status, body = await _send(report, free, port)
        if status not in RETRYABLE:
            return Filed((loop.time() - at) * 1000, tries, (body or {}).get("order_no"))
        await asyncio.sleep(AGAIN_S)
    return Filed((loop.time() - at) * 1000, tries, None)


async def _send(report: Report, free: asyncio.Queue[Wire], port: int) -> tuple[int, Any]:
    wire = await free.get()
    try:
        return await wire.ask("POST", "/v1/work-orders", report.body, _headers(report.key))
    except (OSError, asyncio.IncompleteReadError):
        wire.close()
        wire = Wire(port)
        return 0, None
    finally:
        free.put_nowait(wire)


@dataclass(frozen=True)
class Outcome:
    """What stands in the database. `areas` of each incident; order → (key, parent)."""

    orders: dict[str, tuple[str, str | None]]
    areas: dict[str, set[str]]


def look(database_url: str) -> Outcome:
    with psycopg.connect(database_url.replace("+psycopg", "", 1)) as link:
        orders = link.execute(
            """SELECT order_no, idempotency_key, parent_order_no FROM ticketing.work_orders
                WHERE idempotency_key LIKE 'bench:storm:%'"""
        ).fetchall()
        outages = link.execute("SELECT outage_no, transformer_areas FROM ticketing.outages").fetchall()
    return Outcome({row[0]: (row[1], row[2]) for row in orders}, {row[0]: set(row[1]) for row in outages})


def judge(reports: list[Report], filed: list[Filed], seen: Outcome) -> dict[str, Any]:
    """Lost: not acknowledged, or acknowledged and not there. Right: in the one incident of its area, or alone."""
    stands = dict(seen.orders.values())
    lost = sum(
        f.order_no not in seen.orders and report.key not in stands for report, f in zip(reports, filed, strict=True)
    )
    incident = _incidents(reports, stands, seen)
    right = sum(
        report.key in stands and stands[report.key] == (incident.get(report.area) if report.area else None)
        for report in reports
    )
    took = [f.took_ms for f in filed]
    return {
        "reports": len(reports),
        "rate_per_s": round(RATE, 1),
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "max_ms": round(max(took), 1),
        "tried_again": sum(f.tries > 1 for f in filed),
        "lost": lost,
        "incidents": len(seen.areas),
        "areas": len({report.area for report in reports if report.area}),
        "right_incident": round(right / len(reports), 5),
    }


def _incidents(reports: list[Report], stands: dict[str, str | None], seen: Outcome) -> dict[str, str]:
    """The incident of each area: the one that has it and most of its reports."""
    votes: dict[str, Counter[str]] = {}
    for report in reports:
        parent = stands.get(report.key)
        if report.area and parent and report.area in seen.areas.get(parent, set()):
            votes.setdefault(report.area, Counter())[parent] += 1
    return {area: counted.most_common(1)[0][0] for area, counted in votes.items()}


def measure(database_url: str, reports: int) -> dict[str, Any]:
    calls = storm(reports)
    with a_service(database_url) as port:
        once = asyncio.run(one_key(port))
        filed = asyncio.run(rage(port, calls))
    result = judge(calls, filed, look(database_url))
    result["passes"] = result["p95_ms"] <= BAR_P95_MS and result["lost"] == 0 and result["right_incident"] >= BAR_RIGHT
    return {"one_key": once, "storm": result}


def lines(result: dict[str, Any]) -> list[str]:
    """For people; what was wanted stands beside."""
    once, raged = result["one_key"], result["storm"]
    return [
        f"one key, {once['callers']} callers at once   orders {once['orders']} (wanted 1)",
        f"storm of {raged['reports']} reports at {raged['rate_per_s']} a second   "
        f"median {raged['median_ms']} ms   p95 {raged['p95_ms']} ms (wanted ≤ {BAR_P95_MS})   "
        f"max {raged['max_ms']} ms   sent again {raged['tried_again']}",
        f"lost {raged['lost']} (wanted 0)   incidents {raged['incidents']} of {raged['areas']} areas   "
        f"right incident {raged['right_incident']:.2%} (wanted ≥ {BAR_RIGHT:.0%})",
    ]


def others(names: list[str]) -> dict[str, tuple[dict[str, Any], str]]:
    """The benches of the other rooms, each on a database of its own: name → (figures, its line for people)."""
    found = {}
    for name in names:
        module: Any = importlib.import_module(f"denghuo.bench_{name}")
        with bench_notices.own_database() as database_url:
            figures = module.measure(database_url, module.NUMBER)
        found[name] = (figures, module.line(figures))
    return found


def main(arguments: list[str] | None = None) -> int:
    """0 when every bar holds, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench ticketing", description=__doc__.split("\n")[0])
    parser.add_argument("--reports", type=int, default=REPORTS, help=f"of the storm (default {REPORTS})")
    parser.add_argument("--only-storm", action="store_true", help="leave out notices and clocks")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    with bench_notices.own_database() as database_url:
        result = measure(database_url, options.reports)
    beside = {} if options.only_storm else others(["notices", "clocks"])
    result |= {name: figures for name, (figures, _) in beside.items()}
    shown = [*lines(result), *(line for _, line in beside.values())]
    print(json.dumps(result) if options.json else "\n".join(shown))
    return 0 if all(part["passes"] for part in result.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
