"""What can be wrong with a change of the knowledge."""

from __future__ import annotations

from kernel.errors import Conflict, Malformed, NotFound


class EntryNotFound(NotFound):
    code = "entry_not_found"


class UnansweredNotFound(NotFound):
    code = "unanswered_not_found"


class EntryNotFit(Malformed):
    """A rule for entries is broken; `fields` names which."""

    code = "entry_not_fit"


class VersionConflict(Conflict):
    code = "version_conflict"
