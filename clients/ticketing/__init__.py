"""The seam to the ticketing system: `Ticketing` (protocol), `HttpTicketing`, `MemoryTicketing` for tests."""

from clients.ticketing.http import HttpTicketing
from clients.ticketing.memory import MemoryTicketing
from clients.ticketing.protocol import (
    Consult,
    FaultReport,
    IdentityProof,
    Order,
    Outage,
    Place,
    Rated,
    Reopened,
    Step,
    Subscription,
    Ticketing,
    Urge,
)

__all__ = [
    "Consult",
    "FaultReport",
    "HttpTicketing",
    "IdentityProof",
    "MemoryTicketing",
    "Order",
    "Outage",
    "Place",
    "Rated",
    "Reopened",
    "Step",
    "Subscription",
    "Ticketing",
    "Urge",
]
