"""What callers of checks may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class ChecklistNotFound(NotFound):
    code = "checklist_not_found"


class SheetNotFound(NotFound):
    code = "sheet_not_found"


class FindingNotFound(NotFound):
    code = "finding_not_found"


class AlreadyMended(Conflict):
    code = "already_mended"
