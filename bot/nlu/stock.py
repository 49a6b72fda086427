"""Stock Rasa beside ours: the default pipeline of `rasa init` (with JiebaTokenizer), trained on the same sentences.

`python -m bot.nlu.stock FOLDER` is the process of its own that trains and reads (`sentences.json` in, `readings.json`
out); `measure` starts it, tells of its progress on standard error and stops it at its time limit.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.nlu.examples import DATA, ROOT, Example
from bot.nlu.score import F1, by_value, f1_figures, milliseconds, share, value_f1

CONFIG = ROOT / "bench" / "nlu" / "config.stock.yml"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
LIMIT_S = 75 * 60
_TELL_S = 30
_FALLBACK = "nlu_fallback"


def measure(unseen: Sequence[Example], epochs: int, limit_s: float = LIMIT_S, nlu_data: Path = DATA) -> dict[str, Any]:
    """Figures of stock Rasa trained on the files of `nlu_data`, read on `unseen`.

    `stopped_after_s` when it did not finish, `failed` when it could not.
    """
    with tempfile.TemporaryDirectory(prefix="denghuo-stock-") as name:
        folder = Path(name)
        _write_config(folder / "config.yml", epochs)
        (folder / "nlu_data").symlink_to(nlu_data.resolve(), target_is_directory=True)
        (folder / "sentences.json").write_text(json.dumps([e.text for e in unseen]), encoding="utf-8")
        started = time.monotonic()
        if not _ran(folder, started + limit_s):
            return {"stopped_after_s": round(time.monotonic() - started)}
        if not (folder / "readings.json").exists():
            return {"failed": (folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]}
        return _figures(unseen, json.loads((folder / "readings.json").read_text(encoding="utf-8")), epochs)


def _write_config(path: Path, epochs: int) -> None:
    yaml = YAML(typ="safe", pure=True)
    config = yaml.load(CONFIG.read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if "epochs" in component:
            component["epochs"] = epochs
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(config, file)


def _ran(folder: Path, until: float) -> bool:
    """Whether the process ended by itself before `until` (monotonic seconds)."""
    command = [sys.executable, "-W", "ignore", "-m", "bot.nlu.stock", str(folder)]
    started = time.monotonic()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **QUIET}, stdout=log, stderr=log)
        try:
            while time.monotonic() < until:
                try:
                    process.wait(timeout=min(_TELL_S, max(until - time.monotonic(), 0.1)))
                    return True
                except subprocess.TimeoutExpired:
                    _tell(folder / "log", time.monotonic() - started)
            return False
        finally:
            process.kill()
            process.wait()


def _tell(log: Path, seconds: float) -> None:
    """How far its training is, by the progress bar it draws."""
    drawn = re.findall(r"Epochs: +(\d+)%", log.read_text(encoding="utf-8", errors="replace")[-3000:])
    print(f"stock Rasa: {seconds:.0f} s, epochs {drawn[-1] if drawn else 0} %", file=sys.stderr, flush=True)


def _figures(unseen: Sequence[Example], told: dict[str, Any], epochs: int) -> dict[str, Any]:
    readings = told["readings"]
    right = [reading["intent"] == example.intent for example, reading in zip(unseen, readings, strict=True)]
    return {
        "config": f"rasa init 3.6.21, JiebaTokenizer in place of WhitespaceTokenizer, {epochs} epochs",
        "sentences": len(unseen),
        "training_s": told["training_s"],
        "training_cpu_s": told["training_cpu_s"],
        "parse_ms": milliseconds(told["parse_ms"]),
        "intent_accuracy": share(right),
        # It gives no values: right is a kind found as often as it is there, whatever was marked as it.
        "entity_f1": f1_figures(_by_kind(unseen, readings)),
        # The words it marked, taken as the value.
        "entity_f1_on_values": f1_figures(_by_words(unseen, readings)),
    }


def _by_kind(unseen: Sequence[Example], readings: Sequence[dict[str, Any]]) -> F1:
    def kinds(names: Sequence[str]) -> Counter[tuple[str, str]]:
        return Counter((name, "") for name in names)

    return value_f1(
        (kinds([s.entity for s in e.entities]), kinds([f["entity"] for f in r["entities"]]))
        for e, r in zip(unseen, readings, strict=True)
    )


def _by_words(unseen: Sequence[Example], readings: Sequence[dict[str, Any]]) -> F1:
    return value_f1(
        (by_value(e.entities), Counter((f["entity"], f["value"]) for f in r["entities"]))
        for e, r in zip(unseen, readings, strict=True)
    )


async def _read(model: str, sentences: Sequence[str]) -> dict[str, Any]:
    from rasa.core.agent import load_agent

    agent = await load_agent(model_path=model)
    readings, took = [], []
    for text in sentences:
        started = time.perf_counter()
        parsed = await agent.parse_message(text)
        took.append((time.perf_counter() - started) * 1000)
        # FallbackClassifier puts itself first; what DIET thought is next.
        ranked = [r for r in parsed["intent_ranking"] if r["name"] != _FALLBACK] or [{"name": None, "confidence": 0.0}]
        found = [{"entity": e["entity"], "value": str(e["value"])} for e in parsed["entities"]]
        readings.append({"intent": ranked[0]["name"], "confidence": ranked[0]["confidence"], "entities": found})
    return {"readings": readings, "parse_ms": took}


def main(arguments: list[str]) -> int:
    from rasa.model_training import train_nlu

    folder = Path(arguments[0])
    sentences = json.loads((folder / "sentences.json").read_text(encoding="utf-8"))
    started = time.monotonic()
    model = train_nlu(
        config=str(folder / "config.yml"), nlu_data=str((folder / "nlu_data").resolve()), output=str(folder / "models")
    )
    # Seconds of processor too, of all its threads: they hardly change when the machine is busy.
    took = {"training_s": round(time.monotonic() - started, 1), "training_cpu_s": round(time.process_time(), 1)}
    told = asyncio.run(_read(str(model), sentences))
    (folder / "readings.json").write_text(json.dumps({**told, **took}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
