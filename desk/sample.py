"""Sample agents with log-ins, for sample mode only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from desk.logins import hash_password
from desk.models import Agent
from kit.db import Database

_PASSWORD = "denghuo-2026"  # noqa: S105  (sample mode only; printed by `denghuo sample --json`)

#: who may log in: the number said to customers, and what `denghuo sample --json` prints
LOGINS: tuple[dict[str, str], ...] = tuple(
    {"login": login, "password": _PASSWORD, "role": role, "agent_id": agent_id, "name": name}
    for login, role, agent_id, name in (
        ("zhou", "agent", "1107", "周敏"),
        ("chen", "agent", "1003", "陈涛"),
        ("lin", "agent", "1002", "林悦"),
        ("li", "supervisor", "1001", "李强"),
        ("ban", "crew", "2031", "班师傅"),  # the crews' page: 东湖抢修一班
        ("xia", "crew", "2041", "夏师傅"),  # 东湖抢修二班, by night
    )
)


async def load_agents(database: Database, people: Iterable[Mapping[str, Any]]) -> int:
    """Put agents in; who is there already stays as they are. Returns how many are new.

    Args:
        people: `agent_id, login, name, role, password` and optional `skills`.
    """
    hashes: dict[str, str] = {}
    made = 0
    async with database.transaction() as session:
        for person in people:
            password = person["password"]
            values = {
                "id": person["agent_id"],
                "login": person["login"],
                "name": person["name"],
                "role": person["role"],
                "skills": list(person.get("skills") or ("general",)),
                "password_hash": hashes.setdefault(password, hash_password(password)),
            }
            done = await session.execute(insert(Agent).values(**values).on_conflict_do_nothing().returning(Agent.id))
            made += done.scalar_one_or_none() is not None
    return made


async def load(database_url: str, *, if_empty: bool) -> str | None:
    """For `denghuo seed`: None when there is nothing to do."""
    database = Database(database_url)
    try:
        async with database.reading() as session:
            there = (await session.execute(sa.select(sa.func.count()).select_from(Agent))).scalar_one()
        if there and if_empty:
            return None
        made = await load_agents(database, LOGINS)
        return f"坐席 {made} 名" if made else None
    finally:
        await database.close()
