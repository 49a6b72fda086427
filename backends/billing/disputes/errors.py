"""What callers of disputes may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class DisputeNotFound(NotFound):
    code = "dispute_not_found"


class AlreadyDisputed(Conflict):
    code = "already_disputed"


class AlreadySettled(Conflict):
    code = "already_settled"
