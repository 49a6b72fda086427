"""How the knowledge crosses the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from clients.knowledge.entries import entry_of, json_of
from clients.knowledge.protocol import Answer, Found, Review, Unanswered, Version


def found_json(found: Found) -> dict[str, Any]:
    results = [{**asdict(r), "valid_from": _iso(r.valid_from), "valid_to": _iso(r.valid_to)} for r in found.results]
    return {"results": results, "decision": found.decision}


def found_of(body: Mapping[str, Any]) -> Found:
    results = tuple(
        Answer(
            **{
                **row,
                "related": tuple(row["related"]),
                "valid_from": _day(row["valid_from"]),
                "valid_to": _day(row["valid_to"]),
            }
        )
        for row in body["results"]
    )
    return Found(results, body["decision"])


def unanswered_json(one: Unanswered) -> dict[str, Any]:
    return {**asdict(one), "last_asked_at": one.last_asked_at.isoformat()}


def unanswered_of(row: Mapping[str, Any]) -> Unanswered:
    return Unanswered(**{**row, "last_asked_at": datetime.fromisoformat(row["last_asked_at"])})


def version_json(one: Version) -> dict[str, Any]:
    return {"entry": json_of(one.entry), "by": one.by, "reason": one.reason, "at": one.at.isoformat()}


def version_of(row: Mapping[str, Any]) -> Version:
    return Version(entry_of(row["entry"]), row["by"], row["reason"], datetime.fromisoformat(row["at"]))


def review_json(one: Review) -> dict[str, Any]:
    return {**asdict(one), "review_by": _iso(one.review_by), "valid_to": _iso(one.valid_to)}


def review_of(row: Mapping[str, Any]) -> Review:
    days = {name: _day(row[name]) for name in ("review_by", "valid_to")}
    return Review(**{**row, **days, "reasons": tuple(row["reasons"])})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
