"""Which roles may a program speak for? docs/adr/0050.

Every program of ours shows the same bearer token, so this holds no thief up: it keeps a fault in one of them from
becoming a supervisor's signature. Who a person is, the program itself has found out (a log-in, a proof).
"""

from __future__ import annotations

from backends.ticketing.errors import RoleNotAllowed
from backends.ticketing.machine import ROLES

_FIELD = frozenset({"crew", "crew_lead"})
_TALKS = frozenset({"customer", "system"})
SPEAKS_FOR: dict[str, frozenset[str]] = {
    "actions": _TALKS,
    "gateway": _TALKS,
    "ivr": _TALKS,
    "crew": _FIELD,
    "desk": frozenset(ROLES) - _FIELD - {"system"},
    # A system of the utility's own that does not name itself: it vouches for whoever uses it.
    "service": frozenset(ROLES),
}


def check(client: str, role: str) -> None:
    """Raises RoleNotAllowed: this program does not speak for that role, or nobody knows it."""
    if role not in SPEAKS_FOR.get(client, frozenset()):
        raise RoleNotAllowed(f"{client} does not speak for {role}")
