"""Run code in the bot's own environment (Python 3.10 with Rasa) from the services' pytest."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
QUIET = {"PYTHONWARNINGS": "ignore", "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
PRELUDE = "from bot.light_imports import leave_tensorflow_out\nleave_tensorflow_out()\n"


def inside(code: str, *, wait_s: float = 120, **env: str) -> Any:
    """Run `code` there; it calls `answer(value)` once, which comes back through JSON.

    Raises:
        AssertionError: it failed; the message is what it printed.
    """
    program = PRELUDE + "import json\ndef answer(value): print('\\nANSWER ' + json.dumps(value))\n" + code
    done = subprocess.run(
        [str(PYTHON), "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=wait_s,
        env={**os.environ, **QUIET, **env},
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
    assert done.returncode == 0 and answers, done.stdout + done.stderr
    return json.loads(answers[-1].removeprefix("ANSWER "))
