"""Put the packaged knowledge into the store: `python -m gateway.knowledge.load`, and part of `denghuo seed`.

Run again it changes only what the package changed and no keeper has edited. The sentence vectors of new wordings are
computed here, so that the public process finds them ready.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from clients.knowledge.entries import packaged_entries
from clients.knowledge.search.vectors import VectorStore
from clients.knowledge.searching import texts_of
from gateway.knowledge.service import seed
from kernel import clock
from kit import settings
from kit.db import Database

VECTORS = Path(__file__).resolve().parents[2] / "models" / "knowledge-vectors.npz"


async def load(database_url: str, *, if_empty: bool = False) -> str | None:
    """What was done, or None when all stood there already. `if_empty` makes no difference: it never overwrites."""
    packaged = packaged_entries(today=clock.today())
    database = Database(database_url, pool_size=1, statement_timeout_s=30)
    try:
        async with database.transaction() as session:
            written = await seed(session, packaged)
    finally:
        await database.close()
    learnt = await asyncio.to_thread(VectorStore(VECTORS).learn, texts_of(packaged))
    return f"knowledge: {written} entries, {learnt} sentence vectors" if written or learnt else None


def main() -> int:
    print(asyncio.run(load(settings.load().database.url)) or "knowledge: all there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
