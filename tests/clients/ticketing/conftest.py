"""Both implementations of the seam, with the same places and outages in them."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

import pytest

from clients.ticketing import HttpTicketing, IdentityProof, MemoryTicketing, Outage
from kernel import clock
from kit.auth import identity

_serving = importlib.import_module("tests.backends.ticketing.serving")
_phones = itertools.count(13500000000)


@pytest.fixture(scope="session")
def served(postgres_url: str) -> Iterator[Any]:
    with _serving.serving(postgres_url) as up:
        yield up


@pytest.fixture(autouse=True)
def held_clock() -> Iterator[None]:
    with clock.hold(_serving.NOON):
        yield


@pytest.fixture
def phone() -> str:
    return str(next(_phones))


def _memory() -> MemoryTicketing:
    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=clock.TZ)

    system = MemoryTicketing()
    for name, kind, district, area in (
        ("翠湖花园", "urban", "东湖区", "TA-DH-0101"),
        ("阳光新城", "urban", "东湖区", "TA-DH-0201"),
        ("锦绣家园", "urban", "东湖区", "TA-DH-0401"),
        ("石桥村", "remote", "青石乡", "TA-QS-0101"),
    ):
        system.put_place(name, district=district, area_kind=kind, transformer_area=area)  # type: ignore[arg-type]
    system.put_outage(
        Outage(
            "TD202611240001", "fault", "repairing", "抢修中", "阳光新城", "阳光新城", True, "线路故障", 312,
            "repairing", "正在抢修", eta_restore_at=at(24, 16, 30), eta_updated_at=at(24, 14, 20), eta_age_min=12,
            transformer_areas=("TA-DH-0201",),
        )
    )  # fmt: skip
    system.put_outage(
        Outage(
            "TD202611240003", "planned", "planned", "计划停电", "锦绣家园", "锦绣家园1–9栋", False, "换线检修", 286,
            buildings=((1, 9),), off_at=at(27, 8), on_at=at(27, 12),
        )
    )  # fmt: skip
    return system


@pytest.fixture(params=["http", "memory"])
async def ticketing(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield _memory()
        return
    served = request.getfixturevalue("served")
    client = HttpTicketing(served.base_url, served.token, timeout_s=20)
    yield client
    await client.aclose()


@pytest.fixture
def prove(ticketing: Any, request: pytest.FixtureRequest) -> Any:
    """An identity token both implementations take for this account."""

    def proof(account_no: str) -> IdentityProof:
        if isinstance(ticketing, MemoryTicketing):
            ticketing.identities[f"token-{account_no}"] = account_no
            return IdentityProof(f"token-{account_no}", "c_1")
        secret = request.getfixturevalue("served").identity_secret
        return IdentityProof(identity.issue(secret, account_no=account_no, subject="c_1", level="L2")[0], "c_1")

    return proof
