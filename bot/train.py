"""Train the model: `python -m bot.train [--if-stale]`. Prints how long it took.

Beside `models/<name>.tar.gz` it writes `models/<name>.inputs`, the digest of what it was made from
(`bot/model_inputs.py`), and keeps the
last three models.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot import model_inputs
from bot.light_imports import leave_tensorflow_out

KEPT = 3  # models: the one in use, the new one, one to go back to


def train(models: Path, root: Path) -> Path:
    """Train and return the model's path.

    Raises:
        SystemExit: from Rasa, when the domain or the data is wrong; it has printed why.
    """
    leave_tensorflow_out()
    from rasa.model_training import train as rasa_train

    from bot import fixes

    fixes.apply_for_training()
    inputs = model_inputs.input_hash(root)
    domain = root / "domain.yml"
    result = rasa_train(
        domain=str(domain if domain.exists() else root / "domain"),
        config=str(root / "config.yml"),
        training_files=[str(root / "data")],
        output=str(models),
        force_training=True,
        fixed_model_name=time.strftime("denghuo-%Y%m%d-%H%M%S", time.gmtime()),
    )
    if not result.model:
        raise SystemExit("Rasa made no model; its messages above say why.")
    model = Path(result.model)
    model_inputs.hash_file(model).write_text(inputs + "\n")
    return model


def drop_old(models: Path) -> None:
    by_age = sorted(models.glob("denghuo-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-KEPT]:
        model_inputs.hash_file(old).unlink(missing_ok=True)
        old.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.train", description=__doc__)
    parser.add_argument("--if-stale", action="store_true", help="only when the newest model was made from other inputs")
    parser.add_argument("--root", type=Path, default=model_inputs.ROOT, help="folder with config.yml, domain and data")
    parser.add_argument("--models", type=Path, help="where models go; default: <root>/models")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    models = (options.models or root / "models").resolve()
    if options.if_stale and not model_inputs.is_stale(models, root):
        print("The model is up to date.")
        return 0
    models.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    model = train(models, root)
    drop_old(models)
    print(f"Trained {model.name} in {time.monotonic() - started:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
