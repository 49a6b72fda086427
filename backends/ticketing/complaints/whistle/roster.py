"""Who is authorised to open whistle-blowings? Dated rows of `sealed_team.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("sealed_team.yml")
SEALED, DISCIPLINE = "受限专班", "纪检组"
APART = {"conduct": DISCIPLINE, "contracting": DISCIPLINE}


@dataclass(frozen=True)
class Member:
    actor: str
    role: str
    team: str
    valid_from: date
    valid_until: date | None


@cache
def _rows() -> tuple[Member, ...]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))["members"]
    return tuple(Member(r["actor"], r["role"], r["team"], r["valid_from"], r["valid_until"]) for r in rows)


def member(actor: str | None, role: str | None, on: date) -> Member | None:
    """The authorisation in force; a lead may act as a member of the team, never the other way."""
    return next((m for m in _rows() if m.actor == actor and _is_in_force(m, on) and _covers(m, role)), None)


def _is_in_force(row: Member, on: date) -> bool:
    return row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)


def _covers(row: Member, role: str | None) -> bool:
    return role == row.role or (row.role == "sealed_lead" and role == "sealed_team")
