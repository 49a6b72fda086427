"""`denghuo bench form`: how long a turn in a form takes with validation and one backend call, at one talker.

Measured from outside, over the Conversation API of a running line on this machine: the customer has given the account
number and says the tail of the kept phone; the form validates it, the billing system sends a code, the form asks for
it. 200 such turns, each in a talk of its own. Uses the line that runs for this `DENGHUO_HOME`, or starts one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from denghuo.bench_http import Wire
from denghuo.supervisor import Lock
from denghuo.talk import Talk
from kit import settings

ROOT = Path(__file__).resolve().parent.parent
TURNS, WARM_UP = 200, 10
BAR_MS = 25
ACCOUNT, TAIL = "3100102346", "5678"
ASKED = "digits:6"
START_S = 420


@contextmanager
def a_line() -> Iterator[str]:
    """The base URL of the line that runs, or of one started for the bench and stopped after it."""
    config = settings.load()
    url = f"http://127.0.0.1:{config.port}"
    if Lock(config.home).holder():
        yield url
        return
    _denghuo("up", "--detach")
    try:
        yield url
    finally:
        _denghuo("down")


def _denghuo(*arguments: str) -> None:
    command = [sys.executable, "-m", "denghuo.cli", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, timeout=START_S, stdout=sys.stderr)


def one_turn(base_url: str) -> float:
    """Milliseconds of one such turn.

    Raises:
        RuntimeError: the form did not ask for the code, so it was not this turn that was measured.
    """
    with Talk(base_url) as talk:
        talk.say("查电费")
        talk.say(ACCOUNT)
        took, answer = asyncio.run(_say(talk, TAIL))
    if (answer or {}).get("expects") != ASKED:
        raise RuntimeError(f"the form did not go on: {answer}")
    return took


async def _say(talk: Talk, text: str) -> tuple[float, Any]:
    """On an open connection of next to no weight: it is the house that is measured, not its client."""
    wire = Wire(int(talk.base_url.rsplit(":", 1)[1]))
    path = f"/v1/conversations/{talk.id}/messages"
    await wire.ask("GET", path, None, talk.headers)
    started = time.perf_counter()
    _, answer = await wire.ask("POST", f"{path}?wait={talk.wait_s}", talk.body_of("text", text), talk.headers)
    took = (time.perf_counter() - started) * 1000
    wire.close()
    return took, answer


def measure(base_url: str, turns: int = TURNS) -> dict[str, Any]:
    for _ in range(WARM_UP):
        one_turn(base_url)
    took = [one_turn(base_url) for _ in range(turns)]
    median = statistics.median(took)
    return {
        "turns": turns,
        "median_ms": round(median, 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
        "bar_ms": BAR_MS,
        "passes": median <= BAR_MS,
    }


def main(arguments: list[str] | None = None) -> int:
    """0 when the median is within the bar, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench form", description="A turn in a form, one talker.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    with a_line() as base_url:
        result = measure(base_url)
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"{result['turns']} turns   median {result['median_ms']} ms (wanted ≤ {BAR_MS})   p95 {result['p95_ms']} ms"
        )
    return 0 if result["passes"] else 1


if __name__ == "__main__":
    sys.exit(main())
