"""The systems the actions talk to; made once when the process starts, handed in by tests."""

from __future__ import annotations

from dataclasses import dataclass

from clients.billing.protocol import Billing
from clients.knowledge.protocol import Knowledge
from clients.ticketing.protocol import Ticketing
from kit.db import Database


@dataclass
class Services:
    """`jobs` is the database whose queue keeps what could not be filed; None means it cannot be kept."""

    ticketing: Ticketing
    billing: Billing
    knowledge: Knowledge
    jobs: Database | None = None


_current: Services | None = None


def use(services: Services | None) -> None:
    """Make these the services of this process."""
    global _current
    _current = services


def current() -> Services:
    if _current is None:
        raise RuntimeError("no services yet: actions.app's lifespan, or a test, calls services.use()")
    return _current


def ticketing() -> Ticketing:
    return current().ticketing


def billing() -> Billing:
    return current().billing


def knowledge() -> Knowledge:
    return current().knowledge
