"""What callers of the ledger may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class EquipmentNotFound(NotFound):
    code = "equipment_not_found"


class NotFitToConnect(Conflict):
    """No check of it, findings that are not put right, or a test that has run out."""

    code = "not_fit_to_connect"
