"""Who owns a conversation, and who may hand it to whom (design 2, one table).

bot → queued → agent → wrap_up → survey → closed, and the side ways: a callback, a voicemail, a message left when nobody
is there, the customer who changes their mind, the talk given back, passed on, dropped, and written to again.
"""

from __future__ import annotations

from enum import StrEnum

from gateway.conversations.errors import TransitionNotAllowed


class Owner(StrEnum):
    BOT = "bot"
    QUEUED = "queued"
    AGENT = "agent"
    WRAP_UP = "wrap_up"
    SURVEY = "survey"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    MESSAGE = "message"
    CLOSED = "closed"


class Event(StrEnum):
    HANDED_OFF = "handed_off"
    CHANGED_MIND = "changed_mind"
    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    TRANSFERRED = "transferred"
    DROPPED = "dropped"
    OFFER_NOT_TAKEN = "offer_not_taken"
    FINISHED = "finished"
    SURVEY_SENT = "survey_sent"
    CALLBACK_ASKED = "callback_asked"
    VOICEMAIL_LEFT = "voicemail_left"
    MESSAGE_LEFT = "message_left"
    WROTE_AGAIN = "wrote_again"
    CLOSED = "closed"


# For whoever waits the original waiting time is kept through every one of these events.
_TABLE: dict[Event, dict[Owner, Owner]] = {
    Event.HANDED_OFF: {Owner.BOT: Owner.QUEUED},
    Event.CHANGED_MIND: {Owner.QUEUED: Owner.BOT, Owner.MESSAGE: Owner.BOT},
    Event.TAKEN: {
        Owner.QUEUED: Owner.AGENT,
        Owner.CALLBACK: Owner.AGENT,
        Owner.VOICEMAIL: Owner.AGENT,
        Owner.MESSAGE: Owner.AGENT,
    },
    Event.GIVEN_BACK: {Owner.AGENT: Owner.BOT},
    Event.TRANSFERRED: {Owner.AGENT: Owner.QUEUED},
    Event.DROPPED: {Owner.AGENT: Owner.QUEUED},
    Event.OFFER_NOT_TAKEN: {Owner.AGENT: Owner.QUEUED},
    Event.FINISHED: {Owner.AGENT: Owner.WRAP_UP},
    Event.SURVEY_SENT: {Owner.WRAP_UP: Owner.SURVEY},
    Event.CALLBACK_ASKED: {Owner.QUEUED: Owner.CALLBACK},
    Event.VOICEMAIL_LEFT: {Owner.QUEUED: Owner.VOICEMAIL},
    Event.MESSAGE_LEFT: {Owner.QUEUED: Owner.MESSAGE},
    Event.WROTE_AGAIN: {Owner.CLOSED: Owner.BOT, Owner.SURVEY: Owner.BOT, Owner.WRAP_UP: Owner.BOT},
    Event.CLOSED: {owner: Owner.CLOSED for owner in Owner if owner is not Owner.CLOSED},
}

#: a person owns these, or will: the bot must not speak
PERSON_OWNED = frozenset({Owner.QUEUED, Owner.AGENT, Owner.CALLBACK, Owner.VOICEMAIL, Owner.MESSAGE})
#: these wait for an agent to take them
WAITING = frozenset({Owner.QUEUED, Owner.CALLBACK, Owner.VOICEMAIL, Owner.MESSAGE})


def is_allowed(owner: Owner, event: Event) -> bool:
    return owner in _TABLE[event]


def next_owner(owner: Owner, event: Event) -> Owner:
    """The owner after `event`.

    Raises:
        TransitionNotAllowed: this owner knows no such event.
    """
    try:
        return _TABLE[event][owner]
    except KeyError:
        raise TransitionNotAllowed(f"{event} is not possible while owned by {owner}", owner=str(owner)) from None
