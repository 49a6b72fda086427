"""Starts a set of processes, watches them, starts again what dies, and leaves nothing behind.

One loop in one thread: the kernel ties each child's life to the thread that started it (`PR_SET_PDEATHSIG`), so
that even `kill -9` of the supervisor takes the children with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from denghuo.process import Child, Spec

TICK_S = 0.05
PROBE_EVERY_S = 2.0
HUNG_S = 60.0  # a process that runs but has not answered for this long is started again
STOP_S = 7.0  # then SIGKILL; with the stores after the services a stop ends within 15 s
GIVE_UP_AFTER = 5  # deaths in a row before it was ever well: the first start fails with its log

Step = Callable[[], Awaitable[None]]


class LineError(Exception):
    """The sentence a person reads when the line cannot be started."""


class AlreadyRunning(LineError):
    pass


@dataclass(frozen=True)
class Plan:
    """What to start.

    Attributes:
        specs: processes; each waits for the names in its `needs`.
        steps: one-off work by name (migrations, training) with what it needs first; specs may need it.
        stores: names stopped last, after all others are down.
    """

    specs: list[Spec]
    steps: dict[str, tuple[Step, tuple[str, ...]]]
    stores: tuple[str, ...] = ("postgres", "redis")


class Lock:
    """One supervisor a state folder; the kernel drops the lock with the process."""

    def __init__(self, home: Path) -> None:
        self.path = home / "supervisor.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises AlreadyRunning, with the pid of who has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as held:
            file.close()
            raise AlreadyRunning(
                f"灯火已经在运行（进程 {self.holder()}）：先 denghuo down，或换一个 DENGHUO_HOME。"
                f" / Already running (pid {self.holder()}): denghuo down first."
            ) from held
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def holder(self) -> int | None:
        """The pid of the running supervisor, None when there is none."""
        try:
            with self.path.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except OSError:
                    return int(file.read().strip() or 0) or None
        except (OSError, ValueError):
            return None
        return None

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def state_file(home: Path) -> Path:
    return home / "processes.json"


class Supervisor:
    """Runs a plan until it is told to stop."""

    def __init__(self, home: Path, plan: Plan, say: Callable[[str], None] = print) -> None:
        self.home, self.plan, self.say = home, plan, say
        logs = home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.children = {spec.name: Child(spec, logs) for spec in plan.specs}
        self.done: set[str] = set()  # steps that are through, processes that were ready once
        self.stopping = asyncio.Event()
        self.failure: str | None = None
        self.started_at = time.monotonic()
        self._lock = Lock(home)
        self._owner = int(os.environ.get("DENGHUO_OWNER_PID") or 0)  # a test run: we leave when it is gone

    # ── life ──

    async def run(self, on_ready: Callable[[], None] = lambda: None) -> None:
        """Start everything, report, watch until stopped, stop everything.

        Raises:
            LineError: a process or step cannot be started; everything is down again by then.
        """
        self._lock.take()
        try:
            sweep(self.home)
            self._listen_for_signals()
            watch = asyncio.create_task(self._watch())
            steps = [asyncio.create_task(self._step(name)) for name in self.plan.steps]
            try:
                await self._until_ready(watch, steps)
                if not self.stopping.is_set():
                    on_ready()
                    await self.stopping.wait()
            finally:
                self.stopping.set()
                for task in (*steps, watch):
                    task.cancel()
                    with contextlib.suppress(asyncio.CancelledError, Exception):
                        await task
                await self._stop_all()
                state_file(self.home).unlink(missing_ok=True)
        finally:
            self._lock.release()
        if self.failure:
            raise LineError(self.failure)

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._told_to_stop)

    def _told_to_stop(self) -> None:
        if self.stopping.is_set():  # asked twice: at once
            for child in self.children.values():
                child.signal(signal.SIGKILL)
        self.stopping.set()

    def fail(self, sentence: str) -> None:
        self.failure = self.failure or sentence
        self.stopping.set()

    # ── start ──

    async def _step(self, name: str) -> None:
        step, needs = self.plan.steps[name]
        while not self._has(needs):  # noqa: ASYNC110  (what it waits for changes with each child)
            await asyncio.sleep(TICK_S)
        try:
            await step()
        except LineError as error:
            self.fail(str(error))
            return
        except Exception as error:  # a step that fails must not leave the rest waiting for ever
            self.fail(f"{name}: {type(error).__name__}: {error}")
            return
        self.done.add(name)

    def _has(self, needs: tuple[str, ...]) -> bool:
        known = self.children.keys() | self.plan.steps.keys()
        return all(need in self.done or need not in known for need in needs)

    async def _until_ready(self, watch: asyncio.Task[None], steps: list[asyncio.Task[None]]) -> None:
        wanted = self.children.keys() | self.plan.steps.keys()
        while not self.stopping.is_set() and not wanted <= self.done:
            if watch.done():
                watch.result()
            await asyncio.sleep(TICK_S)
        if not self.stopping.is_set():
            await asyncio.gather(*steps)

    # ── watch ──

    async def _watch(self) -> None:
        probes: dict[str, asyncio.Task[bool]] = {}
        last_probe = dict.fromkeys(self.children, 0.0)
        while not self.stopping.is_set():
            if self._owner and not _exists(self._owner):
                self.stopping.set()
                return
            changed = False
            for child in self.children.values():
                changed |= self._look_after(child)
                changed |= self._probe(child, probes, last_probe)
            if changed:
                self._write_state()
            await asyncio.sleep(TICK_S)

    def _look_after(self, child: Child) -> bool:
        """Start what should run and does not; note deaths. True when something changed."""
        name = child.spec.name
        if child.popen is None:
            if time.monotonic() < child.next_start or not self._has(child.spec.needs):
                return False
            try:
                child.start()
            except OSError as error:
                self.fail(f"{name} 启动不了：{error} / cannot start {name}: {error}")
            return True
        code = child.popen.poll()
        if code is None:
            return False
        wait = child.note_death()
        why = f"signal {-code}" if code < 0 else f"exit {code}"
        self.say(f"  ! {name} 停了（{why}），{wait:g} 秒后重启 / died, starting again")
        if name not in self.done and child.failures >= GIVE_UP_AFTER:
            self.fail(
                f"{name} 起不来，日志末尾如下（{child.log}）/ {name} does not start, end of its log:\n{child.tail()}"
            )
        return True

    def _probe(self, child: Child, probes: dict[str, asyncio.Task[bool]], last: dict[str, float]) -> bool:
        name, now = child.spec.name, time.monotonic()
        task = probes.get(name)
        if task is not None and task.done():
            del probes[name]
            return self._note_health(child, task.result())
        every = PROBE_EVERY_S if child.ready else 0.2
        if task is None and child.pid and now - last[name] >= every:
            last[name] = now
            question = child.spec.health if child.ready else (child.spec.ready or child.spec.health)
            probes[name] = asyncio.create_task(_ask(question))
        return False

    def _note_health(self, child: Child, well: bool) -> bool:
        now, name = time.monotonic(), child.spec.name
        before = child.healthy
        settled = now - child.started_at >= child.spec.settles_s
        child.healthy = well and settled and child.pid is not None
        if child.healthy:
            child.last_healthy = now
            if not child.ready:
                child.ready = True
                self._report_ready(child)
        elif child.ready and now - child.last_healthy > HUNG_S and child.pid:
            self.say(f"  ! {name} 已 {HUNG_S:.0f} 秒没有应答，重启 / does not answer, starting again")
            child.signal(signal.SIGKILL)
        return before != child.healthy

    def _report_ready(self, child: Child) -> None:
        name = child.spec.name
        if name in self.done:
            self.say(f"  ✓ {name} 已恢复 / is back")
            return
        self.done.add(name)
        ready = len(self.done & self.children.keys())
        took = time.monotonic() - self.started_at
        self.say(f"  ✓ [{ready}/{len(self.children)}] {name:<10} {took:5.1f} s")

    # ── stop ──

    async def _stop_all(self) -> None:
        stores = [self.children[n] for n in self.plan.stores if n in self.children]
        await self._stop([c for c in self.children.values() if c not in stores])
        await self._stop(stores)

    async def _stop(self, children: list[Child]) -> None:
        for child in children:
            child.signal(child.spec.stop_signal)
        deadline = time.monotonic() + STOP_S
        while any(c.pid for c in children) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(TICK_S)
        for child in children:
            child.signal(signal.SIGKILL)
            if child.popen:
                child.popen.wait()

    # ── state for `denghuo status` ──

    def _write_state(self) -> None:
        rows = [
            {
                "name": c.spec.name,
                "url": c.spec.url,
                "health": "ok" if c.healthy else ("starting" if c.pid and not c.ready else "down"),
                "pid": c.pid,
                "restarts": max(c.restarts, 0),
            }
            for c in self.children.values()
        ]
        target = state_file(self.home)
        scratch = target.with_suffix(".tmp")
        state = {"supervisor": os.getpid(), "ready": self.children.keys() <= self.done, "processes": rows}
        scratch.write_text(json.dumps(state, ensure_ascii=False))
        scratch.replace(target)


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def _ask(question: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await question()
    except Exception:  # a probe that breaks is an answer: not well
        return False


def sweep(home: Path) -> list[int]:
    """Kill what an earlier supervisor of this folder left running (it carries our mark); returns the pids."""
    mark = f"DENGHUO_LINE_ID={home}#".encode()
    left = [pid for pid in _pids() if pid != os.getpid() and mark in _environ(pid)]
    for pid in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return left


def _pids() -> list[int]:
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()] if Path("/proc").exists() else []


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
