"""What can go wrong with a conversation.

NotFound > ConversationNotFound      Conflict > TransitionNotAllowed, AlreadyTaken, NotYours, ConversationClosed
Unavailable > LeaseLost (inside the mailbox only: another worker has the conversation now)
"""

from __future__ import annotations

from kernel.errors import Conflict, NotAllowed, NotFound, Unavailable


class ConversationNotFound(NotFound):
    code = "conversation_not_found"


class TransitionNotAllowed(Conflict):
    code = "transition_not_allowed"


class AlreadyTaken(Conflict):
    code = "already_taken"


class ConversationClosed(Conflict):
    code = "conversation_closed"


class NotYours(NotAllowed):
    code = "conversation_not_yours"


class LeaseLost(Unavailable):
    code = "lease_lost"
