"""Writing a movement, and what a book stands at.

Books, debit positive: `receivable` what customers owe for bills; `credit` what we owe them (预存), so negative;
`prepaid` the 智能交费 balance, negative while there is one; `cash` what came in less what went out; `revenue`,
`late_fees`, `adjustments` what was earned, negative; `export` what roofs earned of us, `payouts` what of it is
still to be paid out; `unclear` money nobody could be
found for.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backends.billing.ledger.models import Movement, Posting
from kernel import clock

BOOKS = frozenset(
    {
        "receivable",
        "credit",
        "prepaid",
        "cash",
        "revenue",
        "late_fees",
        "adjustments",
        "export",
        "payouts",
        "unclear",
        "opening",
    }
)
OF_CUSTOMER = frozenset({"receivable", "credit", "prepaid"})


class Unbalanced(AssertionError):
    """A movement whose lines do not sum to zero: a mistake of ours, never a caller's."""


async def post(
    session: AsyncSession,
    kind: str,
    ref: str,
    lines: Mapping[str, int],
    *,
    account_no: str | None = None,
    memo: str = "",
) -> bool:
    """Write a movement in the caller's transaction.

    Returns:
        False, and nothing is written, when this `kind` and `ref` stands already.

    Raises:
        Unbalanced: the lines do not sum to zero, or name a book there is not.
    """
    kept = {book: fen for book, fen in lines.items() if fen}
    if sum(kept.values()) or not kept.keys() <= BOOKS:
        raise Unbalanced(f"{kind} {ref}: {dict(lines)}")
    row = {"kind": kind, "ref": ref, "account_no": account_no, "memo": memo, "at": clock.now()}
    taken = insert(Movement).values(row).on_conflict_do_nothing(index_elements=["kind", "ref"])
    number = (await session.execute(taken.returning(Movement.movement_id))).scalar_one_or_none()
    if number is None:
        return False
    if kept:
        postings = [
            {
                "movement_id": number,
                "book": book,
                "amount_fen": fen,
                "account_no": account_no if book in OF_CUSTOMER else None,
            }
            for book, fen in kept.items()
        ]
        await session.execute(sa.insert(Posting).values(postings))  # one statement: the database adds it up
    return True


async def balances(session: AsyncSession, account_no: str | None = None) -> dict[str, int]:
    """Fen by book, of one customer or of the house; the house's sum to zero."""
    query = sa.select(Posting.book, sa.func.sum(Posting.amount_fen)).group_by(Posting.book)
    if account_no is not None:
        query = query.where(Posting.account_no == account_no)
    return {book: int(total) for book, total in (await session.execute(query)).all()}
