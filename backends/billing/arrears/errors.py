"""What callers of arrears may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class CaseNotFound(NotFound):
    code = "arrears_case_not_found"


class StepRefused(Conflict):
    """The law or our own rules stand in the way; `detail` says which."""

    code = "step_refused"
