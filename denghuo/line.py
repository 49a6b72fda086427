"""Where everything of one line stands: folders, ports, addresses, and what each process is told of the others."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kit import local
from kit.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
INSIDE = {"ticketing": 1, "billing": 2, "actions": 3, "rasa": 4}  # public port plus this, on 127.0.0.1

# BLAS threads fight over two cores and gain nothing on sentences of ten words.
QUIET = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True)
class Line:
    """One line: its state folder and its public port; the rest follows."""

    settings: Settings
    root: Path = ROOT

    @cached_property
    def home(self) -> Path:
        return (self.root / self.settings.home).resolve()

    @property
    def port(self) -> int:
        return self.settings.port

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def port_of(self, name: str) -> int:
        return self.port + INSIDE.get(name, 0)

    def url_of(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port_of(name)}"

    @property
    def ports(self) -> dict[str, int]:
        return {"public": self.port, **{name: self.port_of(name) for name in INSIDE}}

    @property
    def own_postgres(self) -> bool:
        """Whether PostgreSQL is ours to start: no other database was named."""
        return not os.environ.get("DENGHUO_DATABASE__URL")

    @property
    def own_redis(self) -> bool:
        return not os.environ.get("DENGHUO_REDIS__URL")

    @property
    def database_url(self) -> str:
        return local.postgres_url(self.home) if self.own_postgres else self.settings.database.url

    @property
    def redis_url(self) -> str:
        return local.redis_url(self.home) if self.own_redis else self.settings.redis.url

    @property
    def service_python(self) -> str:
        return sys.executable

    @property
    def rasa_python(self) -> Path:
        return self.root / ".venv-rasa" / "bin" / "python"

    @cached_property
    def environ(self) -> dict[str, str]:
        """The environment of every child."""
        own = {
            "DENGHUO_HOME": str(self.home),
            "DENGHUO_PORT": str(self.port),
            "DENGHUO_ENVIRONMENT": self.settings.environment,
            "DENGHUO_DATABASE__URL": self.database_url,
            "DENGHUO_REDIS__URL": self.redis_url,
            "DENGHUO_TICKETING__URL": self.url_of("ticketing"),
            "DENGHUO_BILLING__URL": self.url_of("billing"),
            "DENGHUO_KNOWLEDGE__URL": self.base_url,
            "DENGHUO_ACTIONS__URL": self.url_of("actions"),
            "DENGHUO_BOT__URL": self.url_of("rasa"),
            "DENGHUO_PAYMENTS__PUBLIC_URL": os.environ.get("DENGHUO_PAYMENTS__PUBLIC_URL", self.base_url),
            "DENGHUO_SERVICE__TOKEN": self.settings.service.token.get_secret_value(),
            "DENGHUO_LINE_ID": self.line_id,
        }
        return {**QUIET, **os.environ, **own}

    @cached_property
    def line_id(self) -> str:
        """Marks our children in /proc, so that a later start finds what an earlier supervisor left."""
        return f"{self.home}#{secrets.token_hex(4)}"

    def make_folders(self) -> None:
        for folder in (self.home, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
