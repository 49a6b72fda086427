"""A telephone for people without a Twilio number: posts signed webhooks and obeys the TwiML that comes back.

What it leaves to a later issue: queues, conferences, the REST face, ConversationRelay, streams.
"""

from ivr.simulator.driver import AsyncCall, Call, Simulator
from ivr.simulator.leg import Heard, Leg, Line, RedirectLoop, Requested, StrictWarning
from ivr.simulator.machine import Machine
from ivr.simulator.transport import AsyncTransport

__all__ = [
    "AsyncCall",
    "AsyncTransport",
    "Call",
    "Heard",
    "Leg",
    "Line",
    "Machine",
    "RedirectLoop",
    "Requested",
    "Simulator",
    "StrictWarning",
]
