"""What people may decide about outages, and how a proposal is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backends.ticketing.fields import Strict, Text500, Word
from backends.ticketing.outages.merging.by_hand import Hand
from backends.ticketing.outages.merging.models import Proposal
from backends.ticketing.work_orders.views import iso

OrderNumber = Annotated[str, Field(max_length=20, pattern=r"^GZ[0-9]{12,16}$")]
OutageNumber = Annotated[str, Field(max_length=20, pattern=r"^TD[0-9]{12,16}$")]
Areas = Annotated[list[Word], Field(max_length=50)]


class _ByHand(Strict):
    """`role` as in docs/orders.md; every decision says why."""

    role: Word
    actor: Word
    reason: Text500

    @property
    def hand(self) -> Hand:
        return Hand(self.role, self.actor, self.reason)


class NewMember(_ByHand):
    order_no: OrderNumber


class Split(_ByHand):
    order_nos: Annotated[list[OrderNumber], Field(min_length=1, max_length=100)]


class Merge(_ByHand):
    other_outage_no: OutageNumber


class AreaChange(_ByHand):
    add: Areas = Field(default_factory=list)
    remove: Areas = Field(default_factory=list)


class Decision(_ByHand):
    decision: Literal["accept", "reject"]


def view(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal_id": proposal.id,
        "kind": proposal.kind,
        "outage_no": proposal.outage_no,
        "subject_no": proposal.subject_no,
        "reason": proposal.reason,
        "status": proposal.status,
        "created_at": iso(proposal.created_at),
        "decided_at": iso(proposal.decided_at),
        "decided_by": proposal.decided_by,
        "decided_reason": proposal.decided_reason,
    }
