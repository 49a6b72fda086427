"""What a caller of the ticketing system may be told beside the family of `kernel.errors`.

ServiceError
  NotFound      OrderNotFound  OutageNotFound  ProposalNotFound  NoticeNotFound  SubscriptionNotFound
  NotAllowed    IdentityRequired  RoleNotAllowed  Restricted  OwnDraft
  Conflict      EventNotAllowed  GuardFailed  VersionConflict
  Malformed     BadField
  TooMany       TooManyAttempts
"""

from __future__ import annotations

from kernel.errors import Conflict, Malformed, NotAllowed, NotFound, TooMany


class OrderNotFound(NotFound):
    code = "order_not_found"
    says = "utter_order_not_found"


class OutageNotFound(NotFound):
    code = "outage_not_found"


class ProposalNotFound(NotFound):
    code = "proposal_not_found"


class NoticeNotFound(NotFound):
    code = "notice_not_found"


class SubscriptionNotFound(NotFound):
    code = "subscription_not_found"


class OwnDraft(NotAllowed):
    """Whoever wrote an announcement does not approve it."""

    code = "own_draft"


class IdentityRequired(NotAllowed):
    code = "identity_required"
    says = "utter_identity_required"


class RoleNotAllowed(NotAllowed):
    code = "role_not_allowed"


class Restricted(NotAllowed):
    """Whistle-blowing is not read through the ordinary doors (domain/work-orders.md 9)."""

    code = "restricted"


class EventNotAllowed(Conflict):
    """No row of the machine takes this event in this state."""

    code = "event_not_allowed"


class GuardFailed(Conflict):
    code = "guard_failed"


class VersionConflict(Conflict):
    code = "version_conflict"


class BadField(Malformed):
    """A field is wrong for a reason only the rules know; `fields` names it as request validation does."""

    code = "malformed"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}", fields=[{"at": f"body.{field}", "problem": problem}])


class TooManyAttempts(TooMany):
    code = "too_many_attempts"
