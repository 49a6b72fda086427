"""`denghuo bench clocks`: what it costs to hold fifty thousand open deadlines, and how they come due.

A PostgreSQL of its own from the wheels and real workers as processes of their own. One report is filed through the real
rules and copied with its clocks in SQL. Measured: a pass that finds nothing due, CPU and memory of a worker that holds
them all for a while, and a thousand that come due at once while the worker is killed with `kill -9`: how long until the
last was acted on, and whether any was acted on twice.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import backends.ticketing.tasks  # noqa: F401  (what happens to an order starts its clocks)
from backends.ticketing.clocks import firing
from backends.ticketing.work_orders import schemas
from backends.ticketing.work_orders import service as orders
from denghuo.bench_notices import Books, a_worker, in_a_loop, own_database, wait_until
from kit.db import Database

NUMBER, DUE, PASSES = 50_000, 1_000, 50
HELD_S, MOST_S = 10.0, 120.0
BAR_PASS_MS, BAR_CPU = 20.0, 0.05  # of a core
_ALONE = {"is_breaker_tripped": "yes", "is_neighbour_out": "no"}
_REPORT = {"order_type": "fault_report", "address": "幸福路1号", "contact_phone": "13800000000", **_ALONE}
_COPY_ORDERS = """
INSERT INTO ticketing.work_orders
SELECT (jsonb_populate_record(o, jsonb_build_object('order_no', 'GZ20200101' || lpad(n::text, 6, '0'),
                                                    'idempotency_key', 'bench:' || n, 'address_key', 'bench:' || n))).*
  FROM ticketing.work_orders o, generate_series(1, %s) n"""
_COPY_CLOCKS = """
INSERT INTO ticketing.clocks (order_no, kind, unit, started_at, due_at, warn_at, over_half_at, paused_s, next_at)
SELECT 'GZ20200101' || lpad(n::text, 6, '0'), c.kind, c.unit, c.started_at, c.due_at + interval '30 days',
       c.due_at + interval '29 days', c.due_at + interval '45 days', 0, c.due_at + interval '29 days'
  FROM ticketing.clocks c, generate_series(1, %s) n WHERE c.kind = 'on_site'"""
_COME_DUE = """
UPDATE ticketing.clocks SET warn_at = now() - interval '1 minute', due_at = now() - interval '1 second', next_at = now()
 WHERE kind = 'on_site' AND order_no IN (SELECT 'GZ20200101' || lpad(n::text, 6, '0') FROM generate_series(1, %s) n)"""
_ACTED = "SELECT count(*) FROM ticketing.clocks WHERE breached_at IS NOT NULL"
_TWICE = """SELECT count(*) FROM (SELECT order_no FROM ticketing.order_events WHERE event = 'breached'
            GROUP BY order_no HAVING count(*) > 1) t"""


async def _file_one(db: Database) -> None:
    async with db.transaction() as session:
        await orders.file(session, schemas.NewFaultReport.model_validate(_REPORT), key="bench")


async def _passes(db: Database, times: int) -> list[float]:
    """Milliseconds of each pass over clocks of which none is due."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        await firing.pass_once(db)
        took.append((time.perf_counter() - started) * 1000)
    return took


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


class Clocks(Books):
    def do(self, query: str, *values: Any) -> None:
        self._link.execute(query, values)  # type: ignore[arg-type]

    def open(self) -> int:
        return int(self._one("SELECT count(*) FROM ticketing.clocks WHERE next_at IS NOT NULL")[0])

    def acted(self) -> int:
        return int(self._one(_ACTED)[0])

    def twice(self) -> int:
        return int(self._one(_TWICE)[0])


def hold(database_url: str) -> dict[str, float]:
    """A worker beside them all, once it has settled."""
    with a_worker(database_url) as worker:
        time.sleep(HELD_S / 2)
        before = _cpu_s(worker.pid)
        time.sleep(HELD_S)
        spent = _cpu_s(worker.pid) - before
        return {"worker_cpu": round(spent / HELD_S, 4), "worker_mb": round(_rss_mb(worker.pid), 1)}


def come_due(database_url: str, due: int) -> dict[str, Any]:
    """`due` at once, the worker killed when some of them were acted on, another one after it."""
    with Clocks(database_url) as clocks:
        with a_worker(database_url) as first:
            time.sleep(HELD_S / 2)
            clocks.do(_COME_DUE, due)
            started = time.perf_counter()
            wait_until(lambda: clocks.acted() >= due // 4, most_s=MOST_S, every_s=0.005)
            first.kill()
            first.wait()
        at_the_kill = clocks.acted()
        with a_worker(database_url):
            wait_until(lambda: clocks.acted() >= due, most_s=MOST_S)
        took = time.perf_counter() - started
        return {
            "due": due,
            "acted_at_the_kill": at_the_kill,
            "acted": clocks.acted(),
            "twice": clocks.twice(),
            "all_acted_s": round(took, 1),
        }


def measure(database_url: str, number: int) -> dict[str, Any]:
    """Figures on a database that is migrated and empty."""
    in_a_loop(database_url, _file_one)
    with Clocks(database_url) as clocks:
        clocks.do(_COPY_ORDERS, number)
        clocks.do(_COPY_CLOCKS, number)
        clocks.do("ANALYZE ticketing.clocks")
        if clocks.open() < number:
            raise RuntimeError("the clocks do not run")
    idle = in_a_loop(database_url, _passes, PASSES)
    held = hold(database_url)
    fired = come_due(database_url, min(DUE, number))
    median = round(statistics.median(idle), 2)
    cheap = median <= BAR_PASS_MS and held["worker_cpu"] <= BAR_CPU
    once = fired["acted"] >= fired["due"] and not fired["twice"]
    return {"clocks": number, "idle_pass_ms": median, **held, **fired, "passes": cheap and once}


def line(result: dict[str, Any]) -> str:
    """One line for people."""
    return (
        f"{result['clocks']} open clocks   idle pass {result['idle_pass_ms']} ms (wanted ≤ {BAR_PASS_MS:g})   "
        f"worker {result['worker_cpu']:.1%} of a core (wanted ≤ {BAR_CPU:.0%}), {result['worker_mb']} MB   "
        f"{result['due']} due at once acted on in {result['all_acted_s']} s across a kill -9 at "
        f"{result['acted_at_the_kill']}, twice {result['twice']} (wanted 0)"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when holding is cheap and every deadline was acted on once, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench clocks", description=__doc__.split("\n")[0])
    parser.add_argument("--clocks", type=int, default=NUMBER, help=f"how many (default {NUMBER})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    with own_database() as database_url:
        result = measure(database_url, options.clocks)
    print(json.dumps(result) if options.json else line(result))
    return 0 if result["passes"] else 1


if __name__ == "__main__":
    sys.exit(main())
