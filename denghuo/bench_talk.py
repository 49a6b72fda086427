"""`denghuo bench talk`: turns per second of default Rasa and of ours, and whether a long talk stays quick.

One run, one machine, same training data, same action server, the same sentences: 8 talkers say 30 sentences each,
every one of which runs a custom
action. *Stock* is what `rasa init` of 3.6.21 gives (language en, its default pipeline and policies, trackers in
memory, REST channel, `rasa run`).
*Ours* is `python -m bot.run` with our pipeline, store and channel; of the policies, those that belong to Denghuo's
own domain are left out, because
the bench has a domain of its own. Models are kept under `DENGHUO_HOME/bench` as long as their inputs stay the same.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot import model_inputs
from denghuo.bench_http import Wire
from kit import settings
from kit.local import start_redis

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "talk"
RASA_BIN = ROOT / ".venv-rasa" / "bin"
TALKERS, TURNS, ROUNDS = 8, 30, 3
RATIO, FLATNESS = 12, 1.3
LONG_TALKS, LONG_TURNS, WINDOW = 10, 300, 20
TRAIN_WAIT_S, START_WAIT_S, TURN_WAIT_S = 900, 120, 60
TOKEN = "bench"  # noqa: S105 - both ends are started here
OWN_DOMAIN_ONLY = "bot.policies."


@dataclass
class Figures:
    """One side of the comparison; milliseconds."""

    turns_per_s: float
    rounds: list[float]
    p50_ms: float
    p95_ms: float
    start_s: float
    memory_mb: int
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        numbers = {name: value for name, value in vars(self).items() if name not in ("rounds", "more")}
        shown: dict[str, Any] = {name: round(value, 2) for name, value in numbers.items()}
        return {**shown, "rounds": [round(value, 1) for value in self.rounds], **self.more}


def sentences() -> list[str]:
    nlu = yaml.safe_load((DATA / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    return [line.lstrip("- ").strip() for block in nlu for line in block["examples"].splitlines() if line.strip()]


# Models


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _digest(root: Path, *, with_code: bool) -> str:
    names = ("config.yml", "domain.yml", "data")
    digest = hashlib.sha256()
    for name in names:
        place = root / name
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                digest.update(path.read_bytes())
    if with_code:
        digest.update(model_inputs.input_hash(ROOT).encode())
    return digest.hexdigest()


def _project(home: Path, name: str, config: str) -> Path:
    """A Rasa project of the bench's data with this config."""
    root = home / name
    root.mkdir(parents=True, exist_ok=True)
    shutil.copy(DATA / "domain.yml", root / "domain.yml")
    shutil.copytree(DATA / "data", root / "data", dirs_exist_ok=True)
    (root / "config.yml").write_text(config, encoding="utf-8")
    return root


def our_config() -> str:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config["policies"] = [p for p in config["policies"] if not p["name"].startswith(OWN_DOMAIN_ONLY)]
    return yaml.safe_dump(config, allow_unicode=True)


def _trained(root: Path, command: list[str], *, with_code: bool) -> Path:
    """The project's model, trained when there is none of these inputs."""
    stamp, digest = root / "trained", _digest(root, with_code=with_code)
    model = model_inputs.newest_model(root / "models")
    if model is None or not stamp.exists() or stamp.read_text() != digest:
        _say(f"training {root.name} …")
        started = time.monotonic()
        shutil.rmtree(root / "models", ignore_errors=True)
        with (root / "train.log").open("wb") as log:
            subprocess.run(
                command, cwd=ROOT, check=True, stdout=log, stderr=log, timeout=TRAIN_WAIT_S, env={**os.environ, **QUIET}
            )
        _say(f"trained {root.name} in {time.monotonic() - started:.0f} s")
        stamp.write_text(digest)
        model = model_inputs.newest_model(root / "models")
    if model is None:
        raise SystemExit(f"no model was made; {root / 'train.log'} says why")
    return model


QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def stock_model(home: Path) -> Path:
    root = _project(home, "stock", (DATA / "config.stock.yml").read_text(encoding="utf-8"))
    files = ["-c", str(root / "config.yml"), "-d", str(root / "domain.yml"), "--data", str(root / "data")]
    command = [str(RASA_BIN / "rasa"), "train", *files, "--out", str(root / "models")]
    return _trained(root, command, with_code=False)


def our_model(home: Path) -> Path:
    root = _project(home, "ours", our_config())
    command = [str(RASA_BIN / "python"), "-m", "bot.train", "--root", str(root)]
    return _trained(root, command, with_code=True)


# Processes


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], log: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **QUIET, **env}, start_new_session=True
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


async def _until_up(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> float:
    """Seconds until `path` answers 200."""
    started = time.monotonic()
    while time.monotonic() - started < START_WAIT_S:
        if process.poll() is not None:
            raise SystemExit(f"{log} says why it ended")
        try:
            status, _ = await asyncio.wait_for(Wire(port).ask("GET", path, None, {}), 5)
            if status == 200:
                return time.monotonic() - started
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            pass
        await asyncio.sleep(0.1)
    raise SystemExit(f"nothing listened within {START_WAIT_S} s; see {log}")


def _memory_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


# Talks

Say = Callable[[Wire, str, int, str], Any]


async def _say_to_stock(wire: Wire, talk: str, turn: int, text: str) -> None:
    body = {"sender": talk, "message": text}
    status, answer = await wire.ask("POST", "/webhooks/rest/webhook", body, {})
    if status != 200 or not answer or not answer[0].get("text"):
        raise SystemExit(f"stock did not answer turn {turn}: {status} {answer}")


async def _say_to_ours(wire: Wire, talk: str, turn: int, text: str) -> None:
    body = {
        "conversation_id": talk,
        "turn_key": str(turn),
        "channel": "web",
        "input": {"kind": "text", "value": text},
        "context": {},
    }
    headers = {"Authorization": f"Bearer {TOKEN}"}
    status, answer = await wire.ask("POST", "/webhooks/denghuo/turn", body, headers)
    if status != 200 or "第" not in json.dumps(answer.get("messages"), ensure_ascii=False):
        raise SystemExit(f"ours did not answer turn {turn} with the action's words: {status} {answer}")


async def _talk(say: Say, port: int, offset: int, turns: int, lines: list[str]) -> list[float]:
    """One talker; milliseconds of each turn."""
    wire, talk, took = Wire(port), uuid.uuid4().hex, []
    for turn in range(turns):
        started = time.perf_counter()
        await asyncio.wait_for(say(wire, talk, turn, lines[(turn * 7 + offset) % len(lines)]), TURN_WAIT_S)
        took.append((time.perf_counter() - started) * 1000)
    wire.close()
    return took


async def _round(say: Say, port: int, lines: list[str]) -> tuple[float, list[float]]:
    started = time.perf_counter()
    talks = await asyncio.gather(*(_talk(say, port, talker, TURNS, lines) for talker in range(TALKERS)))
    rate = TALKERS * TURNS / (time.perf_counter() - started)
    return rate, [ms for talk in talks for ms in talk]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


async def _measured(say: Say, port: int, lines: list[str], rounds: int, pid: int, start_s: float) -> Figures:
    await _talk(say, port, 0, 10, lines)
    rates, took = [], []
    for _ in range(rounds):
        rate, ms = await _round(say, port, lines)
        rates.append(rate)
        took += ms
    return Figures(
        turns_per_s=statistics.median(rates),
        rounds=rates,
        p50_ms=statistics.median(took),
        p95_ms=_p95(took),
        start_s=start_s,
        memory_mb=_memory_mb(pid),
    )


async def _flatness(port: int, lines: list[str]) -> dict[str, Any]:
    """p95 of the turns around the 10th and of the last up to the 300th, over several talks one after another."""
    early, late = [], []
    for offset in range(LONG_TALKS):
        took = await _talk(_say_to_ours, port, offset, LONG_TURNS, lines)
        early += took[1 : WINDOW + 1]
        late += took[-WINDOW:]
    return {
        "p95_ms_turn_10": round(_p95(early), 2),
        "p95_ms_turn_300": round(_p95(late), 2),
        "p50_ms_turn_10": round(statistics.median(early), 2),
        "p50_ms_turn_300": round(statistics.median(late), 2),
        "flatness": round(_p95(late) / _p95(early), 2),
    }


# The two sides


async def measure_stock(home: Path, model: Path, actions_port: int, lines: list[str]) -> Figures:
    port, log = _free_port(), home / "stock.log"
    endpoints, credentials = home / "stock" / "endpoints.yml", home / "stock" / "credentials.yml"
    endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n")
    credentials.write_text("rest:\n")
    command = [str(RASA_BIN / "rasa"), "run", "-m", str(model), "-p", str(port), "-i", "127.0.0.1", "--enable-api"]
    command += ["--endpoints", str(endpoints), "--credentials", str(credentials)]
    with _running(command, log, {}) as process:
        start_s = await _until_up(port, "/status", process, log)
        _say(f"stock is up after {start_s:.1f} s")
        return await _measured(_say_to_stock, port, lines, ROUNDS, process.pid, start_s)


async def measure_ours(home: Path, model: Path, actions_port: int, lines: list[str]) -> Figures:
    port, log = _free_port(), home / "ours.log"
    redis = start_redis(home / "redis")
    env = {
        "DENGHUO_BOT__URL": f"http://127.0.0.1:{port}",
        "DENGHUO_ACTIONS__URL": f"http://127.0.0.1:{actions_port}",
        "DENGHUO_REDIS__URL": redis.url,
        "DENGHUO_SERVICE__TOKEN": TOKEN,
        "DENGHUO_MODEL": str(model),
    }
    env.update({name: "" for name in ("DENGHUO_BOT_PORT", "DENGHUO_BOT_HOST") if name in os.environ})
    try:
        with _running([str(RASA_BIN / "python"), "-m", "bot.run"], log, env) as process:
            start_s = await _until_up(port, "/status", process, log)
            _say(f"ours is up after {start_s:.1f} s")
            figures = await _measured(_say_to_ours, port, lines, ROUNDS, process.pid, start_s)
            figures.more = await _flatness(port, lines)
            return figures
    finally:
        redis.stop()


async def run() -> dict[str, Any]:
    home = (settings.load().home / "bench").resolve()
    home.mkdir(parents=True, exist_ok=True)
    models, lines, port = (stock_model(home), our_model(home)), sentences(), _free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.talk.actions:app", "--port", str(port), "--log-level", "warning"]
    log = home / "actions.log"
    with _running(command, log, {}) as actions:
        await _until_up(port, "/openapi.json", actions, log)
        stock = await measure_stock(home, models[0], port, lines)
        _say(f"stock: {stock.turns_per_s:.1f} turns a second")
        ours = await measure_ours(home, models[1], port, lines)
    return {
        "ratio": round(ours.turns_per_s / stock.turns_per_s, 2),
        "flatness": ours.more["flatness"],
        "ours": ours.as_dict(),
        "stock": stock.as_dict(),
        "talkers": TALKERS,
        "turns": TURNS,
    }


def _line(name: str, side: dict[str, Any]) -> str:
    return f"{name}  {side['turns_per_s']:7.1f} turns/s   p50 {side['p50_ms']:6.1f} ms   p95 {side['p95_ms']:6.1f} ms"


def main(arguments: list[str] | None = None) -> int:
    """0 when the ratio is at least 12 and the flatness at most 1.3, else 1."""
    parser = argparse.ArgumentParser(prog="denghuo bench talk", description="Turns per second against stock Rasa.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    result = asyncio.run(run())
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(_line("stock", result["stock"]))
        print(_line("ours ", result["ours"]))
        print(f"ratio {result['ratio']} (wanted ≥ {RATIO})   flatness {result['flatness']} (wanted ≤ {FLATNESS})")
    return 0 if result["ratio"] >= RATIO and result["flatness"] <= FLATNESS else 1


if __name__ == "__main__":
    sys.exit(main())
