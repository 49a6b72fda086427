"""What the bot's process is told from outside, read once at start. Standard library only (both environments may
import it).

The names are those of `kit.settings`; the supervisor passes the same `DENGHUO_…` variables to every process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8004  # docs/architecture.md: rasa stands on the public port + 4
DEFAULTS = {
    "DENGHUO_BOT__URL": f"http://127.0.0.1:{DEFAULT_PORT}",
    "DENGHUO_ACTIONS__URL": "http://127.0.0.1:8003",
    "DENGHUO_REDIS__URL": "redis://127.0.0.1:6379/0",
    "DENGHUO_BOT_TALK_TTL_S": str(24 * 3600),
}


class SettingsMissing(Exception):
    """A sentence for whoever starts the process."""


@dataclass(frozen=True)
class BotSettings:
    """Addresses and paths of the bot's process."""

    host: str
    port: int
    service_token: str
    models: Path
    model: Path | None

    @property
    def model_path(self) -> Path:
        return self.model or self.models


def fill_in_defaults() -> None:
    """Give `endpoints.yml` a value for each variable it names; Rasa refuses unset ones."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def load() -> BotSettings:
    """Read the environment.

    Raises:
        SettingsMissing: no service token, or an address without a port.
    """
    fill_in_defaults()
    address = urlsplit(os.environ["DENGHUO_BOT__URL"])
    port = int(os.environ.get("DENGHUO_BOT_PORT") or address.port or 0)
    if not port:
        raise SettingsMissing("DENGHUO_BOT__URL has no port; it should look like http://127.0.0.1:8004")
    token = os.environ.get("DENGHUO_SERVICE__TOKEN", "")
    if not token:
        raise SettingsMissing(
            "DENGHUO_SERVICE__TOKEN is not set; start the bot with `denghuo up`, or pass the token yourself"
        )
    model = os.environ.get("DENGHUO_MODEL")
    return BotSettings(
        host=os.environ.get("DENGHUO_BOT_HOST", "127.0.0.1"),
        port=port,
        service_token=token,
        models=Path(os.environ.get("DENGHUO_MODELS", ROOT / "models")),
        model=Path(model) if model else None,
    )
