"""What callers of meetings may be told."""

from __future__ import annotations

from kernel.errors import NotFound


class MeetingNotFound(NotFound):
    code = "meeting_not_found"
