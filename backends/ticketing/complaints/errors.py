"""What the complaint desk and the sealed team may be told.

NotAllowed  OwnCase  StaffOnly  SecondPersonNeeded  SealedAway
Conflict    WaitedLongEnough  Betrays  NotRedacted  ShownAlready
"""

from __future__ import annotations

from backends.ticketing.errors import GuardFailed
from kernel.errors import NotAllowed


class OwnCase(NotAllowed):
    """Whoever is complained of handles nothing, whoever handled it does not approve it (work-orders 4.5)."""

    code = "own_case"


class StaffOnly(NotAllowed):
    code = "staff_only"


class WaitedLongEnough(GuardFailed):
    """The customer may be waited for three days in total."""

    code = "waited_long_enough"


class Betrays(GuardFailed):
    """A text for the inspector still leads to the reporter."""

    code = "betrays_reporter"


class NotRedacted(GuardFailed):
    code = "not_redacted"


class SecondPersonNeeded(NotAllowed):
    """Nobody of the sealed team looks at an identity alone."""

    code = "second_person_needed"


class ShownAlready(GuardFailed):
    code = "shown_already"


class SealedAway(NotAllowed):
    code = "sealed_away"
