"""What can go wrong, as callers see it.

ServiceError
  Rejected            the request makes no sense here; asking again will not help
    NotFound          404      Conflict  409      NotAllowed  403
    Malformed         422      TooMany   429
  Unavailable         503, try later; retryable
    TimedOut          504, outcome unknown: a write may have happened
    CircuitOpen       503, not even tried
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """Root of the family.

    `code` is stable (logs, metrics, clients); `status` is HTTP; `says` is the response key the customer hears.
    `detail` is for developers and is never spoken.
    """

    code = "service_error"
    status = 500
    retryable = False
    says = "utter_service_unavailable"

    def __init__(self, detail: str = "", *, code: str | None = None, **context: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.context = context
        if code is not None:
            self.code = code


class Rejected(ServiceError):
    code = "rejected"
    status = 400
    says = "utter_request_rejected"


class NotFound(Rejected):
    code = "not_found"
    status = 404
    says = "utter_not_found"


class Conflict(Rejected):
    code = "conflict"
    status = 409


class NotAllowed(Rejected):
    code = "not_allowed"
    status = 403
    says = "utter_not_allowed"


class Malformed(Rejected):
    code = "malformed"
    status = 422


class TooMany(Rejected):
    code = "too_many_requests"
    status = 429
    says = "utter_too_many_requests"


class Unavailable(ServiceError):
    code = "unavailable"
    status = 503
    retryable = True


class TimedOut(Unavailable):
    code = "timed_out"
    status = 504


class CircuitOpen(Unavailable):
    code = "circuit_open"


_BY_STATUS: dict[int, type[ServiceError]] = {
    cls.status: cls for cls in (Rejected, NotFound, Conflict, NotAllowed, Malformed, TooMany, Unavailable, TimedOut)
}
_BY_STATUS[401] = NotAllowed


def to_problem(err: ServiceError) -> dict[str, Any]:
    """The problem+json body of an error (RFC 9457); `context` is added as extension members."""
    body = {
        "type": f"urn:denghuo:problem:{err.code}",
        "title": err.code.replace("_", " "),
        "status": err.status,
        "code": err.code,
        "detail": err.detail,
        "retryable": err.retryable,
    }
    return {**{k: v for k, v in err.context.items() if k not in body}, **body}


def from_problem(status: int, body: Any) -> ServiceError:
    """The error a problem+json body stands for; an unknown status becomes its nearest parent."""
    known = body if isinstance(body, dict) else {}
    cls = _BY_STATUS.get(status) or (Unavailable if status >= 500 else Rejected)
    extra = {k: v for k, v in known.items() if k not in {"type", "title", "status", "code", "detail", "retryable"}}
    code = known.get("code")
    return cls(str(known.get("detail", "")), code=code if isinstance(code, str) else None, **extra)
