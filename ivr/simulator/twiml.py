"""A TwiML document as the platform reads it: strictly, with its error numbers (simulator specification 4)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from ivr.simulator.wire import Fetched

_VERBS = frozenset(
    {
        *("Say", "Play", "Pause", "Gather", "Record", "Dial", "Enqueue", "Leave", "Redirect", "Hangup", "Reject"),
        *("Connect", "Start", "Stop", "Refer", "Pay", "Sms"),
    }
)
_COMMON_GATHER = (
    "input action method timeout speechTimeout finishOnKey numDigits actionOnEmptyResult language speechModel hints "
    "profanityFilter partialResultCallback partialResultCallbackMethod enhanced bargeIn maxSpeechTime debug"
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    name: frozenset(attrs.split())
    for name, attrs in {
        "Say": "voice language loop",
        "Play": "loop digits",
        "Pause": "length",
        "Gather": _COMMON_GATHER,
        "Record": "action method timeout finishOnKey maxLength playBeep trim recordingStatusCallback "
        "recordingStatusCallbackMethod recordingStatusCallbackEvent transcribe transcribeCallback",
        "Redirect": "method",
        "Hangup": "",
        "Leave": "",
        "Reject": "reason",
        "Enqueue": "action method waitUrl waitUrlMethod workflowSid maxQueueSize",
        "Dial": "action method timeout timeLimit callerId answerOnBridge record recordingStatusCallback "
        "recordingStatusCallbackMethod recordingStatusCallbackEvent recordingTrack trim hangupOnStar ringTone "
        "sequential referUrl referMethod",
    }.items()
}
_CHILDREN: dict[str, tuple[int, frozenset[str]]] = {
    "Gather": (13320, frozenset({"Say", "Play", "Pause"})),
    "Dial": (13215, frozenset(["Number", "Client", "Sip", "Conference", "Queue", "Application", "WhatsApp", "Sim"])),
    "Say": (12200, frozenset(["break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"])),
}
_ANY_INSIDE = {"Connect", "Start", "Stop", "Enqueue", "Reject", "Hangup", "Refer", "Pay", "Sms"}
TWIML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class Verb:
    """One element: its attributes as written, its text, its accepted children."""

    name: str
    attrs: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A line of the debugger."""

    code: int
    level: str
    detail: str = ""


@dataclass(frozen=True)
class Document:
    """What to do next, and the URL relative references resolve against (None for a `Twiml` parameter)."""

    verbs: tuple[Verb, ...]
    url: str | None
    problems: tuple[Problem, ...] = ()


class BadDocument(Exception):
    """A document that cannot be executed at all: 12100, 12102, 12300."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{code} {detail}")
        self.code, self.detail = code, detail


def parse(text: str | bytes, url: str | None) -> Document:
    """Read a document.

    Raises:
        BadDocument: 12100 not well-formed, 12102 root is not Response.
    """
    raw = text.encode() if isinstance(text, str) else text
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:  # the standard parser is safe once entities cannot be declared
        raise BadDocument(12100, "document type not allowed")
    try:
        root = ET.fromstring(raw.strip())  # noqa: S314 - no entities, at most 64 kB
    except (ET.ParseError, ValueError, LookupError) as err:
        raise BadDocument(12100, str(err)) from err
    if root.tag != "Response":
        raise BadDocument(12102, f"root is {root.tag}")
    problems: list[Problem] = []
    verbs = tuple(v for v in (_verb(e, problems) for e in root) if v is not None)
    return Document(verbs, url, tuple(problems))


def _verb(element: ET.Element, problems: list[Problem]) -> Verb | None:
    if element.tag not in _VERBS:
        problems.append(Problem(12200, "warning", f"unknown verb {element.tag}"))
        return None
    known = ATTRIBUTES.get(element.tag)
    attrs = {k: v for k, v in element.attrib.items() if known is None or k in known}
    problems += [Problem(12200, "warning", f"{element.tag} {k}") for k in element.attrib if k not in attrs]
    return Verb(element.tag, attrs, _text(element), _children(element, problems))


def _children(element: ET.Element, problems: list[Problem]) -> tuple[Verb, ...]:
    code, allowed = _CHILDREN.get(element.tag, (12200, frozenset()))
    kept = []
    for child in element:
        if child.tag in allowed or element.tag in _ANY_INSIDE:
            kept.append(Verb(child.tag, dict(child.attrib), _text(child)))
        else:
            problems.append(Problem(code, "warning", f"{child.tag} inside {element.tag}"))
    return tuple(kept)


def _text(element: ET.Element) -> str:
    """Text with what is inside SSML children; only Say has any."""
    return " ".join("".join(element.itertext()).split()) if element.tag == "Say" else (element.text or "").strip()


def read(answer: Fetched) -> Document:
    """What the platform makes of an answer by its content type.

    Raises:
        BadDocument: 12100 12102 12300.
    """
    kind = answer.content_type
    if kind in TWIML_TYPES:
        return parse(answer.body, answer.url)
    if kind.startswith("audio/"):
        return Document((Verb("Play", text=answer.url), Verb("Hangup")), answer.url)
    if kind == "text/plain":
        try:
            return parse(answer.body, answer.url)
        except BadDocument:
            said = answer.body.decode(errors="replace").strip()
            return Document((Verb("Say", text=said), Verb("Hangup")), answer.url)
    raise BadDocument(12300, kind)
