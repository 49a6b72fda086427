"""`denghuo bench billing`: a month's bills of a whole city, looked up, and paid by providers that tell it twenty times.

A PostgreSQL of its own from the wheels, durable as in production. Accounts are made up, their numbers, readings and mix
of tariffs are real ones. The run is the real one, as a program of its own that is killed (`kill -9`) half way and
started again; the seconds count both. Lookups and notifications go to the real service over HTTP, one process as in the
line: fifty callers, each one bill a second, and once more as fast as they can.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from backends.billing.bills.running import runs
from backends.billing.bulk import copy
from backends.billing.payments.providers import known
from backends.billing.payments.providers.port import Told
from backends.sample.customers import with_check
from denghuo import bench_notices
from denghuo.bench_http import Wire
from denghuo.process import die_with_parent
from kernel import clock, ids
from kit import settings
from kit.auth import identity

ROOT = Path(__file__).resolve().parent.parent
ACCOUNTS, MONTH = 200_000, "2026-10"
BAR_RUN_S, BAR_LOOKUP_MS = 120, 20
CALLERS, LOOKUP_S, TOLD = 50, 12, 20
START_S, MOST_S = 40, 600
# Category, voltage, plan, kVA, registers, how many of a thousand.
_MIX = (
    ("residential", "lt1kv", "ladder", None, ("total",), 840),
    ("residential", "lt1kv", "ladder_tou", None, ("peak", "valley"), 70),
    ("commercial", "lt1kv", "single_tou", 80, ("peak", "flat", "valley"), 50),
    ("general_industrial", "lt1kv", "single", 60, ("total",), 20),
    ("agricultural", "lt1kv", "single", None, ("total",), 19),
    ("large_industrial", "10kv", "two_part_tou", 800, ("peak", "flat", "valley"), 1),
)


# A city


def fill(database_url: str, count: int) -> list[str]:
    """Accounts with a meter, readings on both ends of the month, and the bill before; their numbers."""
    dice, numbers = random.Random(20261001), []
    accounts, meters, readings, bills = [], [], [], []
    kinds = [kind for kind in _MIX for _ in range(kind[5])]
    for index in range(count):
        category, voltage, plan, kva, registers, _ = kinds[index % 1000]
        account, meter = with_check(f"32{index:07d}"), f"9{index:08d}"
        numbers.append(account)
        mode = "capacity" if plan == "two_part_tou" else None
        accounts.append(
            (account, "样例户", "样例路1号", "样例路", "样例区", "urban", "T-1", category, plan, voltage, "低压",
             "直供", kva, mode, False, False, 12, 1, "postpaid", "active", 0, False)
        )  # fmt: skip
        meters.append((meter, account, "main", 5, 1, json.dumps(list(registers)), "2024-01-01", "2030-01-01"))
        used = dice.randint(40, 420) * (1 if category == "residential" else 9)
        for register in registers:
            start = dice.randint(0, 90_000)
            readings.append((meter, register, "2026-10-01", start, "actual"))
            readings.append((meter, register, "2026-11-01", (start + used) % 100_000, "actual"))
        ladder = plan.startswith("ladder")
        bills.append(
            (f"ZD202609{account}01", account, "2026-09", "2026-09-01", "2026-10-01", used * 3, 0, 0, 0, "2026-10-03",
             "2026-10-25", False, "{}", "[]", dice.randint(900, 4200) if ladder else None)
        )  # fmt: skip
    with runs.connect(database_url) as link:
        copy(link, "accounts", _ACCOUNT.split(), accounts)
        copy(link, "meters", _METER.split(), meters)
        copy(link, "readings", ("meter_no", "register", "read_on", "value", "kind"), readings)
        copy(link, "bills", _BILL.split(), bills)
    with psycopg.connect(database_url.replace("+psycopg", "", 1), autocommit=True) as link:
        link.execute("ANALYZE")
    return numbers


_ACCOUNT = (
    "account_no account_name supply_address community district area_kind transformer_area category plan voltage "
    "supply_mode relation_kind capacity_kva demand_mode large_household low_income ladder_months read_day pay_mode "
    "status credit_balance_fen has_life_support"
)
_METER = "meter_no account_no point_kind digits multiplier registers installed_on verified_until"
_BILL = (
    "bill_no account_no month period_from period_to energy_kwh bill_amount_fen payable_fen paid_fen issued_on due_date "
    "cancelled inputs lines ytd_kwh_after"
)


# The run


class Memory:
    """The most a process and its children held, MB, early and late."""

    def __init__(self, pid: int) -> None:
        self.pid, self._stop = pid, threading.Event()
        self.seen: list[int] = []
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self.seen.append(sum(_rss_mb(pid) for pid in [self.pid, *_children(self.pid)]))

    def stop(self) -> dict[str, int]:
        self._stop.set()
        seen = [one for one in self.seen if one]
        third = max(len(seen) // 3, 1)
        return {"first_third_mb": max(seen[:third], default=0), "last_third_mb": max(seen[-third:], default=0)}


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def _rss_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    try:
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return 0
    return int(line.split()[1]) // 1024


@contextmanager
def a_run(database_url: str, run_id: str) -> Iterator[subprocess.Popen[bytes]]:
    """The run as a program of its own, in a session of its own so that it can be killed whole."""
    code = (
        "import sys; from backends.billing.bills.running import runs\n"
        "if __name__ == '__main__': list(runs.run(sys.argv[1], sys.argv[2], processes=2))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, database_url, run_id], cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def bill_everybody(database_url: str, count: int) -> dict[str, Any]:
    """The month, killed once about half of it is done."""
    started = time.perf_counter()
    run_id = runs.start(database_url, MONTH, started_by="bench")
    with psycopg.connect(database_url.replace("+psycopg", "", 1), autocommit=True) as link:
        with a_run(database_url, run_id) as first:
            half = bench_notices.wait_until(
                lambda: runs.progress(link, run_id)["billed"] >= count // 2 or first.poll() is not None, most_s=MOST_S
            )
            at_the_kill = runs.progress(link, run_id)["billed"]
        with a_run(database_url, run_id) as second:
            memory = Memory(second.pid)
            second.wait(MOST_S)
            held = memory.stop()
        took = time.perf_counter() - started
        counted = runs.progress(link, run_id)
        bills, accounts, money = _one(
            link,
            """SELECT count(*), count(DISTINCT account_no), sum(bill_amount_fen) FROM billing.bills WHERE month = %s""",
            MONTH,
        )
        (books,) = _one(link, "SELECT sum(amount_fen) FROM billing.postings")
        before = _fingerprint(link)
        again = runs.start(database_url, MONTH, started_by="bench")
        runs.do_all(database_url, again)
        same = before == _fingerprint(link)
    return {
        "accounts": count, "seconds": round(took, 1), "bar_s": BAR_RUN_S, "billed_at_the_kill": at_the_kill,
        "bills": bills, "billed_twice": bills - accounts, "held": counted["held"], "sum_yuan": f"{money / 100:.2f}",
        "books_balance": books == 0, "run_again_is_the_same": same, "memory": held,
        "passes": bool(
            half and took <= BAR_RUN_S and bills == accounts == count and books == 0 and same and at_the_kill < count
        ),
    }  # fmt: skip


def _one(link: psycopg.Connection[Any], query: str, *values: Any) -> tuple[Any, ...]:
    row = link.execute(query, values).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row


def _fingerprint(link: psycopg.Connection[Any]) -> Any:
    return _one(
        link,
        """SELECT count(*), sum(hashtext(bill_no || lines::text || inputs::text)::bigint)
        FROM billing.bills WHERE month = %s""",
        MONTH,
    )


# Lookups and notifications


@contextmanager
def a_service(database_url: str) -> Iterator[int]:
    """The port of a real billing service on this database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environ = {**os.environ, "DENGHUO_DATABASE__URL": database_url, "DENGHUO_ENVIRONMENT": "test"}
    command = [sys.executable, "-m", "uvicorn", "backends.billing.app:app", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--no-access-log", "--log-level", "warning"],
        cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )  # fmt: skip
    try:
        if not bench_notices.wait_until(lambda: _listens(port), most_s=START_S):
            raise RuntimeError("the billing service did not start")
        yield port
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        return asyncio.run(Wire(port).ask("GET", "/health/ready", None, {}))[0] == 200
    except OSError:
        return False


def _proof(account_no: str) -> dict[str, str]:
    config = settings.load()
    secret = config.identity.secret.get_secret_value()
    token, _ = identity.issue(secret, account_no=account_no, subject="bench", level="L2")
    bearer = f"Bearer {config.service.token.get_secret_value()}"
    return {"Authorization": bearer, "X-Identity-Token": token, "X-Subject": "bench"}


async def look_up(port: int, numbers: list[str], *, every_s: float, most_s: float) -> dict[str, Any]:
    """Fifty callers, each the latest bill of another account every so often; milliseconds from when it was due."""
    dice = random.Random(7)
    proofs = {number: _proof(number) for number in dice.sample(numbers, 400)}
    chosen, took, wrong = list(proofs), [], 0
    begins = time.perf_counter()

    async def caller(place: int) -> None:
        nonlocal wrong
        wire, turn = Wire(port), 0
        while time.perf_counter() - begins < most_s:
            due = begins + every_s * (turn + place / CALLERS)
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            asked = max(due, begins) if every_s else time.perf_counter()
            number = chosen[(turn * CALLERS + place) % len(chosen)]
            status, body = await wire.ask("GET", f"/v1/accounts/{number}/bills/latest", None, proofs[number])
            took.append((time.perf_counter() - asked) * 1000)
            wrong += status != 200 or body["account_no"] != number
            turn += 1
        wire.close()

    await asyncio.gather(*(caller(place) for place in range(CALLERS)))
    quantiles = statistics.quantiles(took, n=20)
    return {
        "callers": CALLERS, "lookups": len(took), "per_s": round(len(took) / most_s, 1), "wrong": wrong,
        "p50_ms": round(statistics.median(took), 1), "p95_ms": round(quantiles[18], 1), "max_ms": round(max(took), 1),
    }  # fmt: skip


async def tell_twenty_times(port: int, account_no: str) -> dict[str, Any]:
    """One payment told twenty times at once, out of order with a wrong sum and a wrong signature among them."""
    headers = {"Authorization": _proof(account_no)["Authorization"]}
    write = {**headers, "Idempotency-Key": ids.new_id("k")}
    wires = [Wire(port) for _ in range(TOLD + 2)]
    body = {"subject": "bench"}
    _, due = await wires[0].ask("GET", f"/v1/accounts/{account_no}/due", None, headers)
    _, link = await wires[0].ask("POST", f"/v1/accounts/{account_no}/pay-links", body, write)
    sandbox = known.sandbox(settings.load().payments)
    right = Told(ids.new_id("t"), link["link_id"], link["amount_fen"], clock.now(), True)
    wrong = Told(ids.new_id("t"), link["link_id"], link["amount_fen"] + 1, clock.now(), True)
    sends = [sandbox.notification(right) for _ in range(TOLD)] + [sandbox.notification(wrong)]
    forged, raw = sandbox.notification(right)
    sends.insert(0, ({**forged, "x-sandbox-signature": "0" * 64}, raw))
    random.Random(3).shuffle(sends)
    answers = await asyncio.gather(
        *(_notify(port, {**headers, **signed}, raw) for signed, raw in sends), return_exceptions=False
    )
    _, after = await wires[0].ask("GET", f"/v1/accounts/{account_no}/due", None, headers)
    for wire in wires:
        wire.close()
    posted_once = due["total_fen"] - after["total_fen"] == link["amount_fen"]
    return {
        "told": len(sends), "accepted": sum(status == 200 for status in answers),
        "refused": sum(status == 400 for status in answers), "posted_once": posted_once,
        "passes": posted_once and sum(status == 200 for status in answers) == TOLD,
    }  # fmt: skip


async def _notify(port: int, headers: dict[str, str], raw: bytes) -> int:
    """Sent as bytes: what is signed is what is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["POST /v1/payments/notifications/sandbox HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(raw)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "Connection: close"]).encode() + b"\r\n\r\n" + raw)
    head = (await reader.read()).split(b" ", 2)
    writer.close()
    return int(head[1])


def measure(count: int) -> dict[str, Any]:
    with bench_notices.own_database("billing") as database_url:
        started = time.perf_counter()
        numbers = fill(database_url, count)
        filled_s = round(time.perf_counter() - started, 1)
        print(f"{count} accounts made in {filled_s} s", file=sys.stderr, flush=True)
        run = bill_everybody(database_url, count)
        print(f"billed in {run['seconds']} s", file=sys.stderr, flush=True)
        with a_service(database_url) as port:
            asyncio.run(look_up(port, numbers, every_s=1, most_s=2))
            paced = asyncio.run(look_up(port, numbers, every_s=1, most_s=LOOKUP_S))
            flat_out = asyncio.run(look_up(port, numbers, every_s=0, most_s=5))
            told = asyncio.run(tell_twenty_times(port, numbers[0]))
    paced |= {"bar_ms": BAR_LOOKUP_MS, "passes": paced["p95_ms"] <= BAR_LOOKUP_MS and not paced["wrong"]}
    return {
        "run": run, "lookup": paced, "lookup_flat_out": flat_out, "notifications": told,
        "passes": run["passes"] and paced["passes"] and told["passes"],
    }  # fmt: skip


def _for_people(result: dict[str, Any]) -> str:
    run, look, fast, told = (result[name] for name in ("run", "lookup", "lookup_flat_out", "notifications"))
    return (
        f"{run['accounts']} accounts billed in {run['seconds']} s (wanted ≤ {BAR_RUN_S}) across a kill -9 at "
        f"{run['billed_at_the_kill']}   twice {run['billed_twice']}   held {run['held']}   books balance "
        f"{run['books_balance']}   again the same {run['run_again_is_the_same']}   memory {run['memory']}\n"
        f"lookup, {look['callers']} callers one a second: p50 {look['p50_ms']} p95 {look['p95_ms']} ms "
        f"(wanted ≤ {BAR_LOOKUP_MS})   flat out {fast['per_s']}/s p95 {fast['p95_ms']} ms\n"
        f"one payment told {told['told']} times: posted once {told['posted_once']}, refused {told['refused']}"
    )


def main(arguments: list[str] | None = None) -> int:
    """0 when every bar holds, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench billing", description=__doc__.split("\n")[0])
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help=f"how many (default {ACCOUNTS})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    result = measure(options.accounts)
    print(json.dumps(result, ensure_ascii=False) if options.json else _for_people(result))
    return 0 if result["passes"] else 1


if __name__ == "__main__":
    sys.exit(main())
