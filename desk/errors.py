"""What can go wrong at the desk.

NotAllowed > LoginRequired 401, LoginRefused 401, LoginLocked 403, TokenMismatch 403
"""

from __future__ import annotations

from kernel.errors import NotAllowed


class LoginRequired(NotAllowed):
    code = "login_required"
    status = 401


class LoginRefused(NotAllowed):
    """One answer for a wrong name and a wrong password."""

    code = "login_refused"
    status = 401


class LoginLocked(NotAllowed):
    code = "login_locked"


class TokenMismatch(NotAllowed):
    code = "csrf_token_mismatch"


class OriginNotAllowed(NotAllowed):
    code = "origin_not_allowed"


class WrongPage(NotAllowed):
    """Crews do not sit at the desk, and agents do not drive."""

    code = "wrong_page"
