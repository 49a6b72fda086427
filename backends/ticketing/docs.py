"""docs/orders.md out of the code: `python -m backends.ticketing.docs` (a test fails when the page is stale)."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from backends.ticketing import commitments
from backends.ticketing.machine import ROLES, STATUS_ZH, Machine, Rule
from backends.ticketing.order_types import ORDER_TYPES
from backends.ticketing.outages.machine import OUTAGE
from backends.ticketing.outages.schemas import NewOutage
from backends.ticketing.work_orders import callers, closing, schemas
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.machines import MACHINES

PAGE = Path(__file__).resolve().parents[2] / "docs/orders.md"

_HEAD = """# Work orders and outages, as the ticketing system keeps them

Made from the code by `python -m backends.ticketing.docs`; do not edit. The rules come from the domain's work-order
reference. REST: `/openapi.json` of the ticketing service; errors: `backends/ticketing/errors.py`.

An event no row allows is refused with 409 `event_not_allowed`, one whose guard refuses with 409 `guard_failed`, one by
somebody else's role with 403 `role_not_allowed`. Every change is a row of the history (who, in which role, when, from
which state to which, why, by which channel and program), and the database refuses to rewrite it; so is every change
that was refused to somebody (`refused_attempts` in the staff's view).

A guard in `code` is looked at by `backends/ticketing/work_orders/guards`; one in words only is whoever makes the event
to answer for.
"""


def render() -> str:
    """The whole page."""
    parts = [_HEAD, *_types(), *_promises(), *_roles(), *_callers()]
    for name in ORDER_TYPES:
        parts += _order_type(name)
    return "\n".join(parts).rstrip() + "\n"


def _row(*cells: Any) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") or "–" for cell in cells) + " |"


def _table(*head: str, rows: Iterator[str] | list[str]) -> list[str]:
    return [_row(*head), "|" + "---|" * len(head), *rows, ""]


def _machine(name: str) -> Machine:
    return OUTAGE if name == "outage" else MACHINES[name]


def _types() -> list[str]:
    rows = (
        _row(
            f"`{t.name}`",
            t.zh,
            t.prefix,
            f"`{_machine(t.name).initial}`",
            t.owner_team,
            "yes" if t.name in _filed() else "no",
        )
        for t in ORDER_TYPES.values()
    )
    note = (
        "`callback` may be filed too: it becomes a consultation with topic `callback`. An `urge` is filed with "
        "`POST /work-orders/{no}/urges`, a `follow_up` by the rules of following up.\n"
    )
    head = ("type", "中文", "prefix", "first state", "team", "can be filed")
    return ["## Types\n", *_table(*head, rows=list(rows)), note]


def _filed() -> set[str]:
    return {*schemas.FILED, "outage"}


def _promises() -> list[str]:
    rows = [
        _row(f"`{c.kpi}`", c.applies_to or "(rest)", c.value, c.unit, c.valid_from, c.source)
        for c in commitments.load()
    ]
    head = ("promise", "for", "value", "unit", "valid from", "source")
    return ["## Promises (`backends/ticketing/commitments.yml`)\n", *_table(*head, rows=rows)]


def _roles() -> list[str]:
    return ["## Roles\n", *_table("role", "中文", rows=[_row(f"`{k}`", v) for k, v in ROLES.items()])]


def _callers() -> list[str]:
    rows = [_row(f"`{client}`", _code(sorted(roles))) for client, roles in callers.SPEAKS_FOR.items()]
    return ["Which program speaks for which role (`X-Client`):\n", *_table("program", "roles", rows=rows)]


def _order_type(name: str) -> list[str]:
    kind, machine = ORDER_TYPES[name], _machine(name)
    parts = [f"## {kind.zh} `{name}` ({kind.prefix})\n"]
    filing = NewOutage if name == "outage" else schemas.FILED.get(name)
    if filing is not None:
        parts += ["What may be sent:\n", *_fields(filing)]
    parts += ["What is kept beside the common fields:\n", *_fields(DETAILS[name])]
    rows = [_rule(row) for row in machine.rules]
    states = "、".join(f"`{s}` {STATUS_ZH[s]}" for s in sorted(machine.states))
    head = ("state", "event", "who", "next", "guard", "needs", "the customer is told")
    closed_with = closing.CLOSED_WITH.get(name)
    last = [f"Closed only with: {_code(closed_with)}\n"] if closed_with else []
    return [*parts, f"States: {states}\n", *_table(*head, rows=rows), *last]


def _rule(row: Rule) -> str:
    needs = (*row.needs, "reason") if row.needs_reason else row.needs
    return _row(
        _code(row.states),
        _code([row.event]),
        _code(sorted(row.roles)),
        _code([row.to]),
        " ".join(part for part in (row.guard, f"`{row.check}`" if row.check else "") if part),
        _code(needs),
        row.notice,
    )


def _code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _fields(model: Any) -> list[str]:
    rows = [
        _row(f"`{name}`", _kind(field.annotation), "yes" if field.is_required() else "")
        for name, field in model.model_fields.items()
    ]
    return _table("field", "values", "must", rows=rows)


def _kind(annotation: Any) -> str:
    """The values a field takes, in words."""
    if annotation is type(None):
        return ""
    origin = get_origin(annotation)
    if origin is Literal:
        return " ".join(f"`{v}`" for v in get_args(annotation))
    if origin in (Union, types.UnionType):
        return " or ".join(kind for kind in map(_kind, get_args(annotation)) if kind)
    if hasattr(annotation, "__metadata__"):
        return _kind(get_args(annotation)[0])
    if origin in (list, tuple):
        return "list of " + (_kind(get_args(annotation)[0]) if get_args(annotation) else "values")
    name = getattr(origin or annotation, "__name__", str(annotation))
    return {"str": "text", "int": "number", "AwareDatetime": "time with offset", "date": "day", "bool": "yes/no"}.get(
        name, name
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(), encoding="utf-8")
    print(f"{PAGE.relative_to(Path.cwd())} written")
