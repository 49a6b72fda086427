"""Running a month: chunks laid out once, taken under a lock, done in one transaction; a killed one is taken again."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import psycopg

from backends.billing.bills.running import gathering, making, months
from backends.billing.bills.running.writing import Batch
from backends.billing.tariffs.book import service_book
from kernel import clock, ids
from kernel.errors import Malformed, ServiceError

CHUNK = 500


class NotOverYet(Malformed):
    """The month's last reading day has not come."""

    code = "month_not_over"


def connect(database_url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(database_url.replace("postgresql+psycopg://", "postgresql://", 1))


def start(database_url: str, month: str, *, started_by: str) -> str:
    """The run of a month, laid out if it is new; started again, what is not billed yet is laid out once more.

    Raises:
        NotOverYet.
    """
    if clock.today() < months.period(month, 1)[1]:
        raise NotOverYet(f"{month} is not over")
    with connect(database_url) as link:
        link.execute("SELECT pg_advisory_xact_lock(hashtext('billing.bill_run'))")
        row = link.execute("SELECT run_id FROM billing.bill_runs WHERE month = %s", (month,)).fetchone()
        run_id = str(row[0]) if row else ids.new_id("zdr")
        if row is None:
            link.execute(
                "INSERT INTO billing.bill_runs (run_id, month, started_at, started_by) VALUES (%s, %s, %s, %s)",
                (run_id, month, clock.now(), started_by),
            )
        if not link.execute(_OPEN, (run_id,)).fetchone():
            _lay_out(link, run_id, month)
    return run_id


_OPEN = "SELECT 1 FROM billing.bill_run_chunks WHERE run_id = %s AND done_at IS NULL LIMIT 1"


def _lay_out(link: psycopg.Connection[Any], run_id: str, month: str) -> None:
    """Accounts without a bill of the month, in chunks; a chunk of an earlier start is replaced."""
    link.execute(
        """INSERT INTO billing.bill_run_chunks (run_id, first_no, last_no, accounts)
        SELECT %s, min(account_no), max(account_no), count(*) FROM (
            SELECT account_no, (row_number() OVER (ORDER BY account_no) - 1) / %s AS chunk FROM billing.accounts a
            WHERE status <> 'closed'
              AND NOT EXISTS (SELECT 1 FROM billing.bills b WHERE b.account_no = a.account_no AND b.month = %s)) AS laid
        GROUP BY chunk
        ON CONFLICT (run_id, first_no) DO UPDATE SET last_no = excluded.last_no, accounts = excluded.accounts,
            billed = NULL, held = NULL, done_at = NULL""",
        (run_id, CHUNK, month),
    )
    link.execute("UPDATE billing.bill_runs SET finished_at = NULL WHERE run_id = %s", (run_id,))


def do_chunk(link: psycopg.Connection[Any], run_id: str) -> bool:
    """Take one chunk and do it, in one transaction. False when none is left to take."""
    with link.transaction():
        taken = link.execute(
            """SELECT c.first_no, c.last_no, r.month
            FROM billing.bill_run_chunks c JOIN billing.bill_runs r USING (run_id)
            WHERE c.run_id = %s AND c.done_at IS NULL ORDER BY c.first_no LIMIT 1 FOR UPDATE OF c SKIP LOCKED""",
            (run_id,),
        ).fetchone()
        if taken is None:
            return False
        first_no, last_no, month = taken
        batch = _done(link, run_id, month, first_no, last_no)
        link.execute(
            """UPDATE billing.bill_run_chunks SET done_at = %s, billed = %s, held = %s
            WHERE run_id = %s AND first_no = %s""",
            (batch.at, len(batch.bills), len(batch.held), run_id, first_no),
        )
    return True


def _done(link: psycopg.Connection[Any], run_id: str, month: str, first_no: str, last_no: str) -> Batch:
    batch, book = Batch(run_id, month, clock.now()), service_book()
    for one in gathering.gather(link, month, first_no, last_no):
        past = functools.partial(gathering.past_bills, link, one.account_no, month)
        try:
            batch.add(one, making.make(one, book, past))
        except ServiceError as err:
            batch.hold(one.account_no, err)
    batch.write(link)
    return batch


def do_all(database_url: str, run_id: str) -> int:
    """Every chunk that is left, one after another; how many were done. A process's whole work."""
    with connect(database_url) as link:
        done = 0
        while do_chunk(link, run_id):
            done += 1
        return done


def finish(database_url: str, run_id: str) -> bool:
    """Note the end once no chunk is open."""
    with connect(database_url) as link:
        if link.execute(_OPEN, (run_id,)).fetchone():
            return False
        link.execute(
            "UPDATE billing.bill_runs SET finished_at = %s WHERE run_id = %s AND finished_at IS NULL",
            (clock.now(), run_id),
        )
    return True


def run(database_url: str, run_id: str, *, processes: int) -> Iterator[int]:
    """Do a run with several processes; gives how many chunks each did. Raises what a process raised."""
    context = get_context("spawn")  # a forked child would share the parent's connections
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        yield from pool.map(functools.partial(do_all, database_url), [run_id] * processes)
    finish(database_url, run_id)


def progress(link: psycopg.Connection[Any], run_id: str) -> dict[str, Any]:
    row = link.execute(
        """SELECT count(*), count(done_at), coalesce(sum(accounts), 0), coalesce(sum(billed), 0), coalesce(sum(held), 0)
        FROM billing.bill_run_chunks WHERE run_id = %s""",
        (run_id,),
    ).fetchone()
    assert row is not None
    return dict(zip(("chunks", "chunks_done", "accounts", "billed", "held"), map(int, row), strict=True))
