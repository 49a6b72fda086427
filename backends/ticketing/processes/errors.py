"""What callers of processes may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class ProcessNotFound(NotFound):
    code = "process_not_found"


class ProcessNotPublished(Conflict):
    """The order follows a process that is not in use: nobody is sent along it."""

    code = "process_not_published"


class ChecklistIncomplete(Conflict):
    code = "checklist_incomplete"
