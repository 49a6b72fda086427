"""What a partner may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotAllowed, NotFound, TooMany


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class PartnerExists(Conflict):
    code = "partner_exists"


class PartnerNotAllowed(NotAllowed):
    """No such key, not active any more, or a service that is not in its scope."""

    code = "partner_not_allowed"


class PartnerLimit(TooMany):
    code = "partner_limit"
