"""A line of three small processes, to show what the supervisor does without the weight of the real one.

python -m tests.support.small_line HOME [broken]
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from denghuo import health
from denghuo.process import Spec
from denghuo.supervisor import LineError, Plan, Supervisor

SLEEPER = "import time\nwhile True: time.sleep(3600)"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEPER}"
BROKEN = "import sys\nprint('the reason stands here')\nsys.exit(3)"


def spec(name: str, program: str, needs: tuple[str, ...] = ()) -> Spec:
    settles_s = 60.0 if program == BROKEN else 0.0
    command = (sys.executable, "-c", program)
    return Spec(name=name, command=command, health=health.alive(), needs=needs, settles_s=settles_s)


async def step() -> None:
    await asyncio.sleep(0)


def plan(kind: str) -> Plan:
    second = {"": SLEEPER, "stubborn": STUBBORN, "broken": BROKEN}[kind]
    specs = [spec("store", SLEEPER), spec("first", SLEEPER, ("step",)), spec("second", second, ("store",))]
    return Plan(specs, {"step": (step, ("store",))}, stores=("store",))


def main(home: str, kind: str = "") -> int:
    def say(text: str) -> None:
        print(text, flush=True)

    try:
        asyncio.run(Supervisor(Path(home), plan(kind), say).run(lambda: say("READY")))
    except LineError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
