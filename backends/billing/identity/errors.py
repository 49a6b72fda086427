"""Why somebody is not proved to be who they say. The account and the phone are never told apart (etiquette 4)."""

from __future__ import annotations

from kernel.errors import Conflict, NotAllowed, NotFound, TooMany


class IdentityMismatch(NotAllowed):
    """Account and phone tail do not belong together; which of them is wrong is not said."""

    code = "identity_mismatch"
    says = "utter_identity_mismatch"


class CodeWrong(NotAllowed):
    code = "code_wrong"


class CodeExpired(Conflict):
    code = "code_expired"


class ChallengeUsed(Conflict):
    code = "challenge_used"


class ChallengeNotFound(NotFound):
    code = "challenge_not_found"


class IdentityLocked(TooMany):
    """Three wrong ones; nothing is tried until `locked_until`."""

    code = "identity_locked"
    says = "utter_identity_locked"
