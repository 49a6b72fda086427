"""One watched child: how it is started, how it dies with us, how long it waits before it is started again."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
BACKOFF_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_S = 30.0  # a child that lived this long starts its backoff anew

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Spec:
    """What to start and how to ask whether it is well.

    Attributes:
        health: asked while it runs; True = answers.
        ready: asked until the first True at each start; the same as `health` when left out.
        before: run before each start (stale sockets, pid files).
        user: system user to run as, only set when we are root and the program refuses root.
        death_signal: what the kernel sends when the supervisor dies, even by kill -9.
        needs: names of processes that must be ready first.
        settles_s: a process without a door is ready only after living this long, or dying at once would pass for well.
    """

    name: str
    command: tuple[str, ...]
    health: Probe
    ready: Probe | None = None
    url: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    before: Callable[[], None] | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    needs: tuple[str, ...] = ()
    settles_s: float = 0.0


def die_with_parent(how: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `how` when this process ends, however it ends.

    It runs after the change of user, which would clear the setting.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def arrange() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, int(how))
            if os.getppid() != parent:  # the parent died in between
                os._exit(1)

    return arrange


class Child:
    """A spec with its running process, its count of restarts and its log."""

    def __init__(self, spec: Spec, logs: Path) -> None:
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        self.popen: subprocess.Popen[bytes] | None = None
        self.restarts = -1  # the first start makes it 0
        self.started_at = 0.0
        self.next_start = 0.0
        self.failures = 0  # deaths in a row without a steady life between
        self.ready = False
        self.healthy = False
        self.last_healthy = 0.0

    @property
    def pid(self) -> int | None:
        return self.popen.pid if self.popen and self.popen.poll() is None else None

    def start(self) -> None:
        """Start it; a program that cannot even be started counts as one that died.

        As root the working directory of another user's program must be one it can enter: `/`.
        """
        spec = self.spec
        self.restarts += 1
        self.started_at = time.monotonic()
        self.ready = self.healthy = False
        if spec.before:
            spec.before()
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                spec.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=spec.environ or None,
                cwd="/" if spec.user else spec.cwd,
                start_new_session=True,
                user=spec.user,
                group=pwd.getpwnam(spec.user).pw_gid if spec.user else None,
                extra_groups=[] if spec.user else None,
                preexec_fn=die_with_parent(spec.death_signal),
            )

    def note_death(self) -> float:
        """Book the death of the process; returns the seconds until it may start again."""
        now = time.monotonic()
        self.failures = 0 if now - self.started_at > STEADY_S and self.ready else self.failures
        wait = BACKOFF_S[min(self.failures, len(BACKOFF_S) - 1)]
        self.failures += 1
        self.next_start = now + wait
        self.ready = self.healthy = False
        self.popen = None
        return wait

    def signal(self, number: signal.Signals) -> None:
        """Send to the process; SIGKILL goes to its whole group."""
        if self.pid is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.pid, number)
            else:
                os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    def tail(self, lines: int = 12) -> str:
        """The last lines of its log, for a person."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""
