from datetime import datetime, timedelta

import pytest

from kernel import clock


def test_a_held_clock_stands_still():
    moment = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)
    with clock.hold(moment):
        assert clock.now() == moment == clock.now()
    assert clock.now() != moment


def test_the_clock_is_in_shanghai():
    assert clock.now().utcoffset() == timedelta(hours=8)


def test_a_naive_moment_cannot_be_held():
    with pytest.raises(ValueError), clock.hold(datetime(2026, 11, 24)):  # noqa: DTZ001
        pass
