"""docs/notices.md out of the code: `python -m backends.ticketing.notices.docs`; a test fails when the page is stale."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from backends.ticketing.notices import kinds, templates
from backends.ticketing.notices.kinds import Kind

PAGE = Path(__file__).resolve().parents[3] / "docs/notices.md"
_HEAD = """# Notices: what customers are told, when, and how it is delivered

Made from the code by `python -m backends.ticketing.notices.docs`; do not edit. Sentences: `templates.yml`, kinds:
`kinds.yml`, both in `backends/ticketing/notices`. Words in braces are filled; `docs/orders.md` says which event of
which order brings which notice. Whistle-blowing has none: who reported asks with the code.

## Kinds

Between 22:00 and 8:00 only urgent kinds go out, the rest waits until 8:00. Of what is not urgent a phone gets at most
six an hour; the seventh waits. `rings`: whoever came by phone is rung, by day; everything else is told by the channel
the customer came by, by SMS where that channel cannot (or does not) deliver.
"""
_STATES = """
## States of a delivery

`queued` → `sending` → `sent` → `delivered` (when the door hears so). `failed`: no door could. `unknown`: a worker died
or a door did not answer; the door is asked by the delivery's id before anything is sent again. `suppressed`, with its
reason: `no_phone`, `declined`, `no_consent`, `told_already`, `cancelled`, `no_channel`.
A door that is away is tried five times (30 s, 1 min, 2 min …), then SMS is.

## Sentences
"""


def render() -> str:
    """The whole page."""
    rows = [_kind(kind) for kind in kinds.load()]
    head = [
        "| kind | 中文 | ahead of its hour | by night | may be declined | needs consent | rings | source |",
        "|---" * 8 + "|",
    ]
    told = [f"| `{t.key}` | `{t.kind}` | {t.text} | {t.speech} |" for t in templates.load().values()]
    return "\n".join([_HEAD, *head, *rows, _STATES, "| event | kind | text | speech |", "|---" * 4 + "|", *told]) + "\n"


def _kind(kind: Kind) -> str:
    marks = ("yes" if mark else "" for mark in (kind.is_urgent, kind.may_decline, kind.needs_consent, kind.rings))
    return f"| `{kind.name}` | {kind.zh} | {_ahead(kind)} | {' | '.join(marks)} | {kind.source} |"


def _ahead(kind: Kind) -> str:
    told = ", ".join(map(_span, kind.lead))
    told += f"; at least {_span(kind.at_least)}" if kind.at_least else ""
    return told + (f"; at most {_span(kind.at_most)}" if kind.at_most != timedelta.max else "")


def _span(span: timedelta) -> str:
    if span >= timedelta(days=1):
        return f"{span.days} d"
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(f"{PAGE.relative_to(Path.cwd())} written")
