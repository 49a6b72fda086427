"""A token is good for its purpose, its account, its talk and its time, and for nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kernel import clock
from kernel.errors import NotAllowed
from kit.auth import identity, sign, unsign

SECRET = "s"
AT = datetime(2026, 11, 24, 14, 32, tzinfo=clock.TZ)
ACCOUNT = "3100102346"


def test_what_was_signed_is_read_back() -> None:
    assert unsign(sign({"v": "灯"}, SECRET, purpose="visitor", ttl_s=60), SECRET, purpose="visitor") == {"v": "灯"}


def test_another_purpose_is_refused() -> None:
    token = sign({}, SECRET, purpose="visitor", ttl_s=60)
    with pytest.raises(NotAllowed, match="bad token"):
        unsign(token, SECRET, purpose="desk")


@pytest.mark.parametrize("forged", ["", ".", "a.b", "…", "e30.AAAA"])
def test_rubbish_is_refused(forged: str) -> None:
    with pytest.raises(NotAllowed):
        unsign(forged, SECRET, purpose="visitor")


def test_a_token_ends() -> None:
    with clock.hold(AT):
        token = sign({}, SECRET, purpose="visitor", ttl_s=60)
    with clock.hold(AT + timedelta(seconds=61)), pytest.raises(NotAllowed) as caught:
        unsign(token, SECRET, purpose="visitor")
    assert caught.value.code == "token_expired"


def test_identity_is_for_one_account_in_one_talk() -> None:
    token, _ = identity.issue(SECRET, account_no=ACCOUNT, subject="c_1", level="L2")
    assert identity.verify(SECRET, token, account_no=ACCOUNT, subject="c_1") == "L2"
    for account, subject in (("3100102354", "c_1"), (ACCOUNT, "c_2"), (ACCOUNT, None)):
        with pytest.raises(NotAllowed) as caught:
            identity.verify(SECRET, token, account_no=account, subject=subject)
        assert caught.value.code == "identity_required"


def test_identity_ends_after_a_quarter_of_an_hour() -> None:
    with clock.hold(AT):
        token, ends = identity.issue(SECRET, account_no=ACCOUNT, subject="c_1", level="L2")
    assert ends == AT + timedelta(minutes=15)
    with clock.hold(ends), pytest.raises(NotAllowed) as caught:
        identity.verify(SECRET, token, account_no=ACCOUNT, subject="c_1")
    assert caught.value.code == "identity_required"
