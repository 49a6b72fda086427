"""The one over the limit is refused, the next caller is not."""

from __future__ import annotations

import pytest

from kernel import ids
from kernel.errors import TooMany
from kit.ratelimit import Limit
from kit.redis import connect


async def test_the_fourth_of_three_is_refused_for_this_caller_only(redis_url: str) -> None:
    redis, limit = connect(redis_url), Limit(ids.new_id("l"), 3, 60)
    for _ in range(3):
        await limit.check(redis, "one")
    with pytest.raises(TooMany):
        await limit.check(redis, "one")
    await limit.check(redis, "another")
    await redis.aclose()
