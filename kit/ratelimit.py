"""How often may one caller do one thing? A fixed window in Redis."""

from __future__ import annotations

from dataclasses import dataclass

from redis.asyncio import Redis

from kernel.errors import TooMany


@dataclass(frozen=True)
class Limit:
    """At most `times` in `per_s` seconds for each `who`."""

    name: str
    times: int
    per_s: int

    async def check(self, redis: Redis, who: str) -> None:
        """Count one use.

        Raises:
            TooMany: this caller has used the window up.
        """
        key = f"limit:{self.name}:{who}"
        async with redis.pipeline(transaction=True) as pipe:
            pipe.set(key, 0, ex=self.per_s, nx=True)
            pipe.incr(key)
            _, used = await pipe.execute()
        if used > self.times:
            raise TooMany(f"more than {self.times} in {self.per_s} s", code=f"{self.name}_too_often")
