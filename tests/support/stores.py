"""Both stores under a supervisor, in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from denghuo import stores
from denghuo.supervisor import Plan, Supervisor


def supervise(home: str) -> None:
    folder = Path(home)
    specs = [stores.postgres_spec(folder), stores.redis_spec(folder)]
    asyncio.run(Supervisor(folder, Plan(specs, {}), lambda _: None).run())
