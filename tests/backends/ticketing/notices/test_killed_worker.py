"""The worker that tells a whole quarter is killed on the way: everybody is told all the same, and nobody twice."""

from __future__ import annotations

import psycopg
import pytest

from denghuo import bench_notices
from kit import migrate

NUMBER = 1500
_SLOW_DOOR = """
    CREATE FUNCTION slow_door() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END $$;
    CREATE TRIGGER slow AFTER INSERT ON ticketing.recorded_sends FOR EACH STATEMENT EXECUTE FUNCTION slow_door()"""


@pytest.mark.crash
def test_everybody_is_told_once_though_the_worker_was_killed(empty_database):
    migrate.up(empty_database, "jobs", "ticketing")
    with psycopg.connect(empty_database.replace("+psycopg", "", 1)) as link:
        link.execute(_SLOW_DOOR)  # so that there is time to kill it in the middle
    told = bench_notices.tell_across_a_kill(empty_database, NUMBER)

    assert told["households"] == told["sent"] == NUMBER
    assert told["handed_over_twice"] == 0
    assert 0 < told["handed_over_at_the_kill"] < NUMBER
    assert told["left_behind"] > 0
