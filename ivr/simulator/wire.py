"""One webhook on the wire: what is sent, what came back, and which error the platform would log.

Nothing here opens a connection. `fetch` is a generator that yields `WireRequest`s and is sent `WireAnswer`s, so the
same rules serve a blocking terminal, an asynchronous server and a test double.
"""

from __future__ import annotations

import uuid
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ivr.simulator import signature

MAX_BODY = 65_536
MAX_HOPS = 10
READ_LIMIT_S = 15.0

Params = list[tuple[str, str]]


@dataclass(frozen=True)
class WireRequest:
    """What leaves the platform. `url` is public, without fragment; a transport maps it to where the app is."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class WireAnswer:
    """What came back; `failure` is connect or read when nothing usable did. `took_s` counts against the 15 s."""

    status: int = 200
    content_type: str = "text/xml"
    body: bytes = b""
    location: str | None = None
    set_cookie: tuple[str, ...] = ()
    took_s: float = 0.0
    failure: str | None = None


@dataclass(frozen=True)
class Fetched:
    """A usable body and the URL it came from (the final one, after redirects)."""

    url: str
    content_type: str
    body: bytes


class FetchFailed(Exception):
    """A fatal error of the call, with Twilio's number for it."""

    def __init__(self, code: int, url: str, detail: str = "") -> None:
        super().__init__(f"{code} {url} {detail}")
        self.code, self.url, self.detail = code, url, detail


@dataclass
class Account:
    """Who signs, and the cookies of one call (one jar a call, sent back to the same host)."""

    sid: str
    token: str
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def keep(self, host: str, headers: Iterable[str]) -> None:
        for header in headers:
            try:
                jar = SimpleCookie(header)
            except CookieError:
                continue
            for name, morsel in jar.items():
                self.cookies.setdefault(host, {})[name] = morsel.value

    def cookie_header(self, host: str) -> dict[str, str]:
        jar = self.cookies.get(host)
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}


@dataclass(frozen=True)
class Overrides:
    """Connection overrides of a URL's fragment (`#rp=5xx&rc=2`)."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, fragment: str) -> Overrides:
        given = dict(parse_qsl(fragment))
        retries = given.get("rc", "1")
        policy = frozenset(given.get("rp", "ct").split(","))
        return cls(min(int(retries), 5) if retries.isdigit() else 1, policy)

    def wants_retry(self, answer: WireAnswer) -> bool:
        if answer.failure is not None:
            kind = "ct" if answer.failure == "connect" else "rt"
        else:
            kind = f"{answer.status // 100}xx" if answer.status >= 400 else ""
        return bool(kind) and (kind in self.retry_on or "all" in self.retry_on)


Steps = Generator[WireRequest, WireAnswer, Fetched]


def build(account: Account, method: str, url: str, params: Params, token: str) -> WireRequest:
    """A signed request: parameters in the body (POST) or after the query that is there already (GET)."""
    base = url.partition("#")[0]
    body = b""
    headers = {
        "Accept": "*/*",
        "User-Agent": "TwilioProxy/1.1",
        "X-Home-Region": "us1",
        "X-Forwarded-Proto": urlsplit(base).scheme,
        "I-Twilio-Idempotency-Token": token,
        **account.cookie_header(urlsplit(base).netloc),
    }
    if method == "POST":
        body = urlencode(params).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        signed: Params = params
    else:
        if params:
            base += ("&" if urlsplit(base).query else "?") + urlencode(params)
        signed = []
    headers["X-Twilio-Signature"] = signature.sign(signature.signed_url(base), signed, account.token)
    return WireRequest(method, base, headers, body)


def _send(
    account: Account, method: str, url: str, params: Params, token: str
) -> Generator[WireRequest, WireAnswer, WireAnswer]:
    overrides = Overrides.of(urlsplit(url).fragment)
    spent_s = 0.0
    for attempt in range(overrides.retries + 1):
        answer = yield build(account, method, url, params, token)
        spent_s += answer.took_s
        last = attempt == overrides.retries or spent_s >= READ_LIMIT_S
        if last or not overrides.wants_retry(answer):
            break
    account.keep(urlsplit(url).netloc, answer.set_cookie)
    if answer.failure is not None or spent_s > READ_LIMIT_S:
        raise FetchFailed(11205, url, answer.failure or "read time-out")
    return answer


def fetch(account: Account, method: str, url: str, params: Params, *, empty_is_fine: bool = False) -> Steps:
    """Request `url`, follow redirects (which lose the form), and return the usable answer.

    Raises:
        FetchFailed: 11200 11205 11215 11750 11770.
    """
    token = str(uuid.uuid4())
    for _ in range(MAX_HOPS + 1):
        answer = yield from _send(account, method, url, params, token)
        if not (300 <= answer.status < 400 and answer.location):
            break
        url = urljoin(url.partition("#")[0], answer.location.strip())
        method = method if answer.status in (307, 308) else "GET"
        params = []  # facts 3: never sent again to the target
    else:
        raise FetchFailed(11215, url, "too many redirects")
    if answer.status >= 400:
        raise FetchFailed(11200, url, f"status {answer.status}")
    if len(answer.body) > MAX_BODY:
        raise FetchFailed(11750, url, f"{len(answer.body)} bytes")
    if not answer.body.strip() and not empty_is_fine:
        raise FetchFailed(11770, url, "empty body")
    return Fetched(url.partition("#")[0], answer.content_type.partition(";")[0].strip().lower(), answer.body)
