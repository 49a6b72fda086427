"""`denghuo seed`: the sample utility and its people into the databases. A fixed seed: the same customers everywhere."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import inspect
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from denghuo.supervisor import LineError, Lock
from kit import settings

if TYPE_CHECKING:
    from denghuo.line import Line

LOADERS = (
    "backends.sample.load",
    "desk.sample",
    "gateway.knowledge.load",
)  # each with `load(database_url, *, if_empty) -> str | None`, sync or async


def on_line(line: Line) -> str:
    """The database of a line that runs.

    Raises:
        LineError: it does not run.
    """
    if line.own_postgres and Lock(line.home).holder() is None:
        raise LineError("灯火没有在运行：请先 denghuo up。 / Nothing runs here: denghuo up first.")
    return line.database_url


def run(database_url: str, *, if_empty: bool, say: Callable[[str], None]) -> None:
    """Load what is missing. Raises LineError outside sample mode."""
    if not settings.load().sample_mode:
        raise LineError("样例数据只用于样例模式，不会写入生产库。 / Sample data is for sample mode only.")
    for name in LOADERS:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name not in (name, name.rpartition(".")[0]):
                raise
            continue
        started = time.monotonic()
        told = module.load(database_url, if_empty=if_empty)
        told = asyncio.run(told) if inspect.iscoroutine(told) else told
        if told:
            say(f"{told} ({time.monotonic() - started:.1f} s)")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m denghuo.seed")
    parser.add_argument("--if-empty", action="store_true")
    options = parser.parse_args(arguments)
    run(settings.load().database.url, if_empty=options.if_empty, say=print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
