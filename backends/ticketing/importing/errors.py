"""What callers of imports may be told."""

from __future__ import annotations

from kernel.errors import NotFound


class ImportNotFound(NotFound):
    code = "import_not_found"
