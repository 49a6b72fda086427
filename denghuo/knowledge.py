"""`denghuo knowledge due|unanswered`: what the keepers of the knowledge have to look at, from the running line."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from itertools import groupby

from clients.knowledge import wire
from clients.knowledge.http import HttpKnowledge
from clients.knowledge.protocol import Review, Unanswered
from denghuo.line import Line
from denghuo.supervisor import LineError
from kernel.errors import Unavailable
from kit import settings

REASONS = {"review": "该复核了", "expiry": "将到期", "unhelpful": "连续没帮上忙"}


def main(arguments: Sequence[str]) -> int:
    """Raises LineError when no line answers."""
    parser = argparse.ArgumentParser(prog="denghuo knowledge")
    parser.add_argument("what", choices=("due", "unanswered"))
    parser.add_argument("--owner", help="one post only, e.g. 电价岗")
    parser.add_argument("--within-days", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_due(options) if options.what == "due" else _unanswered(options))
    except Unavailable as err:
        raise LineError("灯火没有在运行：请先 denghuo up。 / Nothing runs here: denghuo up first.") from err
    return 0


def _client() -> HttpKnowledge:
    config = settings.load()
    return HttpKnowledge(Line(config).base_url, config.service.token.get_secret_value(), timeout_s=10)


async def _due(options: argparse.Namespace) -> None:
    client = _client()
    reviews = await client.due_for_review(owner=options.owner, within_days=options.within_days)
    await client.aclose()
    if options.json:
        print(json.dumps([wire.review_json(one) for one in reviews], ensure_ascii=False, indent=2))
        return
    for owner, group in groupby(reviews, key=lambda one: one.owner):
        theirs = list(group)
        print(f"{owner}  {len(theirs)} 条")
        for one in theirs:
            print(f"  {_line_of(one)}")


def _line_of(one: Review) -> str:
    reasons = "、".join(REASONS[reason] for reason in one.reasons)
    by = f"  复核 {one.review_by}" if one.review_by else ""
    ends = f"  止于 {one.valid_to}" if one.valid_to else ""
    return f"{one.id:<14} {one.question}  {reasons}{by}{ends}  有用 {one.useful} 无用 {one.useless}"


async def _unanswered(options: argparse.Namespace) -> None:
    client = _client()
    asked: Sequence[Unanswered] = await client.unanswered(limit=200)
    await client.aclose()
    if options.json:
        print(json.dumps([wire.unanswered_json(one) for one in asked], ensure_ascii=False, indent=2))
        return
    for one in asked:
        print(f"{one.count:>4} 次  最近 {one.last_asked_at:%m-%d %H:%M}  {one.question}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
