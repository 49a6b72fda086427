"""Is there a dialogue model of the present data? If not, train one; two lines on one clone do not train twice."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Callable
from pathlib import Path

from denghuo.supervisor import LineError

TRAINING_S = 900.0


async def train(root: Path, python: Path, log: Path, say: Callable[[str], None], *, only_if_stale: bool) -> None:
    """Run `bot.train` in Rasa's environment; its output goes to `log`.

    Raises:
        LineError: training failed or took more than a quarter of an hour.
    """
    folder = root / "models"
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if only_if_stale and not await is_stale(root, python):
            return
        say("  … 正在训练对话模型（约一分钟）/ training the dialogue model, about a minute")
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                str(python), "-m", "bot.train", cwd=root, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out
            )
            try:
                code = await asyncio.wait_for(process.wait(), TRAINING_S)
            except BaseException:
                if process.returncode is None:
                    process.kill()
                raise
    if code != 0:
        tail = tail_of(log)
        raise LineError(f"模型训练失败，日志末尾如下（{log}）/ training failed, end of its log:\n{tail}")


def tail_of(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for a person."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


async def is_stale(root: Path, python: Path) -> bool:
    """Whether the newest model was made from other inputs than those present; `bot.model_inputs` knows."""
    question = "import sys; from bot import model_inputs; sys.exit(10 if model_inputs.is_stale() else 0)"
    process = await asyncio.create_subprocess_exec(str(python), "-c", question, cwd=root)
    return await process.wait() != 0
