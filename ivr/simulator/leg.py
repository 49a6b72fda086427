"""One leg of a call: its identifiers, its clock, what was heard and requested, and the parameters of its webhooks."""

from __future__ import annotations

import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from ivr.simulator.twiml import BadDocument, Document, Verb, read
from ivr.simulator.wire import Account, FetchFailed, Params, WireRequest, fetch
from kernel import clock

Pair = tuple[str, str]
_GEO = [f"{who}{what}" for who in ("Called", "Caller", "From", "To") for what in ("City", "Country", "State", "Zip")]
FUTURE = (("FutureParam", "1"),)  # Twilio adds parameters without notice; an app that lists the signed ones fails here


@dataclass(frozen=True)
class Line:
    """A number as its owner configured it. `strict` fails on any warning 12200."""

    account_sid: str
    auth_token: str
    number: str
    voice_url: str
    voice_method: str = "POST"
    fallback_url: str | None = None
    status_callback: str | None = None
    status_method: str = "POST"
    extra: tuple[tuple[str, str], ...] = FUTURE
    strict: bool = False
    fetch_media: bool = False
    max_redirects: int = 100
    empty_recording: str = "action"


@dataclass(frozen=True)
class Heard:
    """Something the caller hears from `at_ms` on: say, play, dtmf, beep, ringback, error-announcement."""

    kind: str
    text: str
    at_ms: int
    voice: str = ""
    language: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}" if self.text else self.kind


@dataclass(frozen=True)
class Requested:
    """A logical request that was made (retries are inside it)."""

    method: str
    url: str
    params: dict[str, str]
    at_ms: int

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Logged:
    """A line of the debugger, with where it happened."""

    code: int
    level: str
    call_sid: str
    url: str
    detail: str


class RedirectLoop(Exception):
    """More than a hundred redirects in a row without the caller doing anything."""


class StrictWarning(AssertionError):
    """A 12200 in strict mode."""


class CallerGone(Exception):
    """The caller hung up."""


class CallFailed(Exception):
    """A document could not be had, nor the fallback: announced, and the call ends."""


@dataclass(frozen=True)
class Sleep:
    """Let virtual time pass until `until_ms` or an event; `waiting_for` is None when the caller cannot steer."""

    until_ms: int | None
    waiting_for: str | None = None
    is_prompt: bool = False  # something is being said meanwhile


@dataclass(frozen=True)
class Key:
    key: str


@dataclass(frozen=True)
class Utterance:
    text: str
    confidence: float | None = 0.92
    lasts_ms: int = 1000
    partials: tuple[str, ...] = ()


@dataclass(frozen=True)
class HangUp:
    pass


Event = Key | Utterance | HangUp
Effect = Sleep | WireRequest
Life = Generator[Effect, Any, Any]


def _sid(prefix: str) -> str:
    return prefix + uuid.uuid4().hex


@dataclass
class Leg:
    """State of the call as the platform keeps it."""

    line: Line
    from_: str
    to: str
    extra: tuple[tuple[str, str], ...] = ()
    sid: str = field(default_factory=lambda: _sid("CA"))
    status: str = "ringing"
    now_ms: int = 0
    answered_at_ms: int | None = None
    heard: list[Heard] = field(default_factory=list)
    requests: list[Requested] = field(default_factory=list)
    debugger: list[Logged] = field(default_factory=list)
    redirects: int = 0
    later: list[tuple[int, str, str, Sequence[Pair]]] = field(
        default_factory=list
    )  # at_ms, url, method, extra parameters
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.account = Account(self.line.account_sid, self.line.auth_token)

    # -- what the caller hears ---------------------------------------------------------------------------------

    def hear(self, kind: str, text: str = "", *, voice: str = "", language: str = "") -> None:
        self.heard.append(Heard(kind, text, self.now_ms, voice, language))

    def log(self, code: int, level: str, url: str = "", detail: str = "") -> None:
        self.debugger.append(Logged(code, level, self.sid, url, detail))
        if code == 12200 and self.line.strict:
            raise StrictWarning(f"{code} {detail} in {url}")

    def answer(self) -> None:
        if self.answered_at_ms is None:
            self.answered_at_ms = self.now_ms
            self.status = "in-progress"

    # -- requests ----------------------------------------------------------------------------------------------

    def parameters(self, extra: Sequence[Pair] = ()) -> Params:
        standard = {
            "AccountSid": self.line.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Called": self.to,
            "Caller": self.from_,
            "Direction": "inbound",
            "From": self.from_,
            "To": self.to,
            **dict.fromkeys(_GEO, ""),
            **dict(self.line.extra),
            **dict(self.extra),
        }
        return [*standard.items(), *extra]

    def request(self, url: str, method: str, extra: Sequence[Pair] = (), *, empty: bool = False) -> Life:
        """Make one signed request; returns `Fetched`, raises `FetchFailed`."""
        params = self.parameters(extra)
        self.requests.append(Requested(method, url, dict(params), self.now_ms))
        return (yield from fetch(self.account, method, url, params, empty_is_fine=empty))

    def document(self, url: str, method: str, extra: Sequence[Pair] = ()) -> Life:
        """The document at `url`, or at the fallback when that cannot be had.

        Raises:
            CallFailed: neither can; the caller has heard the announcement.
        """
        try:
            fetched = yield from self.request(url, method, extra)
            return self._checked(read(fetched))
        except (FetchFailed, BadDocument) as err:
            self.log(err.code, "error", url, str(err))
            fallback = self.line.fallback_url
            if fallback and url != fallback:
                about: Params = [("ErrorCode", str(err.code)), ("ErrorUrl", url)]
                return (yield from self.document(fallback, "POST", about))
        self.answer()
        self.hear("error-announcement")
        raise CallFailed

    def notify(self, url: str, method: str, extra: Sequence[Pair] = ()) -> Life:
        """A callback whose answer steers nothing."""
        try:
            yield from self.request(url, method, extra, empty=True)
        except FetchFailed as err:
            self.log(15003, "warning", url, str(err))

    def _checked(self, document: Document) -> Document:
        for problem in document.problems:
            self.log(problem.code, problem.level, document.url or "", problem.detail)
        return document

    def target(self, document: Document, verb: Verb, *, attribute: str = "action") -> str | None:
        """Where a verb points, resolved; None when it says nothing."""
        given = verb.attrs.get(attribute)
        return None if given is None else resolve(document.url, given)

    # -- waiting -----------------------------------------------------------------------------------------------

    def pause(self, ms: int, waiting_for: str | None = None) -> Life:
        """Let time pass; keys and words are lost."""
        until = self.now_ms + ms
        while self.now_ms < until:
            event = yield Sleep(until, waiting_for)
            if isinstance(event, HangUp):
                raise CallerGone

    def listen(
        self, until_ms: int | None, waiting_for: str, accepts: tuple[type, ...], *, is_prompt: bool = False
    ) -> Life:
        """The next accepted event, or None when `until_ms` has come."""
        while True:
            event = yield Sleep(until_ms, waiting_for, is_prompt)
            if isinstance(event, HangUp):
                raise CallerGone
            if event is None or isinstance(event, accepts):
                return event

    def count_redirect(self) -> None:
        self.redirects += 1
        if self.redirects > self.line.max_redirects:
            raise RedirectLoop(f"{self.redirects} redirects in a row without input")

    # -- the end -----------------------------------------------------------------------------------------------

    def closing(self) -> Params:
        spent_s = 0 if self.answered_at_ms is None else (self.now_ms - self.answered_at_ms) // 1000
        return [
            ("CallDuration", str(spent_s)),
            ("Duration", str(-(-spent_s // 60))),
            ("Timestamp", format_datetime(clock.now())),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", "0"),
        ]


def resolve(base: str | None, reference: str) -> str:
    """RFC 3986 against the document's URL; empty is the document itself. The fragment of the reference is kept."""
    reference = reference.strip()
    if not reference:
        return (base or "").partition("#")[0]
    return urljoin((base or "").partition("#")[0], reference)
