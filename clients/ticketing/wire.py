"""JSON of the ticketing REST ↔ the dataclasses of `protocol`. An unknown shape is `bad_answer`, never a KeyError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from clients.ticketing.protocol import (
    IdentityProof,
    Order,
    Outage,
    Place,
    Rated,
    Reopened,
    Step,
    Subscription,
    Urge,
)
from kernel import clock
from kernel.errors import Unavailable

T = TypeVar("T")


def jsonable(given: Mapping[str, Any]) -> dict[str, Any]:
    """Times as ISO text; what is None is left out."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in given.items() if v is not None}


def proof(identity: IdentityProof | None) -> dict[str, str]:
    if identity is None:
        return {}
    return {"X-Identity-Token": identity.token, "X-Subject": identity.subject}


def record(answer: Any) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise Unavailable("ticketing answered something else than a record", code="bad_answer")
    return answer


@cache
def _times_of(cls: Any) -> frozenset[str]:
    hints = get_type_hints(cls)
    return frozenset(f.name for f in fields(cls) if hints[f.name] in (datetime, datetime | None))  # type: ignore[arg-type]


def _build(cls: type[T], answer: Any, **given: Any) -> T:
    """Known fields only; a time becomes aware Shanghai time."""
    source = record(answer)
    times = _times_of(cast("Any", cls))
    try:
        values = {
            f.name: _time(source[f.name]) if f.name in times else source[f.name]
            for f in fields(cls)  # type: ignore[arg-type]
            if f.name in source and f.name not in given
        }
        return cls(**values, **given)
    except (TypeError, ValueError) as err:
        raise Unavailable("ticketing answered a record we cannot read", code="bad_answer") from err


def _time(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(clock.TZ)


def many(one: Callable[[Any], T], answer: Any) -> list[T]:
    items = record(answer).get("items")
    if not isinstance(items, list):
        raise Unavailable("ticketing answered no list", code="bad_answer")
    return [one(item) for item in items]


def order(answer: Any) -> Order:
    source = record(answer)
    steps = tuple(_build(Step, step) for step in source.get("timeline") or ())
    related = tuple(source.get("related_order_nos") or ())
    details = dict(source.get("details") or {})
    own = {name: _time(details.get(name)) for name in ("on_site_by", "eta_restore_at")}
    known = {
        "order_no": source.get("order_no") or "",
        "timeline": steps,
        "related_order_nos": related,
        "details": details,
    }
    return _build(Order, source, **own, **known)


def urge(answer: Any) -> Urge:
    source = record(answer)
    told = tuple(source.get("told") or ())
    return _build(Urge, source, order=order(source.get("order")), told=told, changed=dict(source.get("changed") or {}))


def reopened(answer: Any) -> Reopened:
    return _build(Reopened, answer, order=order(record(answer).get("order")))


def rated(answer: Any) -> Rated:
    return _build(Rated, answer, order=order(record(answer).get("order")))


def outage(answer: Any) -> Outage:
    source = record(answer)
    areas = tuple(source.get("transformer_areas") or ())
    buildings = tuple((int(a), int(b)) for a, b in source.get("buildings") or ())
    return _build(Outage, source, transformer_areas=areas, buildings=buildings)


def place(answer: Any) -> Place:
    return _build(Place, answer)


def subscription(answer: Any) -> Subscription:
    return _build(Subscription, answer)
