"""The containers are the processes of the house: none missing, none as root, secrets from outside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from denghuo import table
from denghuo.line import Line
from kit.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_every_process_of_a_line_has_a_container(tmp_path: Path) -> None:
    processes = {spec.name for spec in table.services(Line(Settings(home=tmp_path)))} | {"postgres", "redis"}
    assert processes == set(SERVICES) - {"migrate"}


@pytest.mark.parametrize("name", SERVICES)
def test_it_runs_as_somebody_else_than_root_on_a_read_only_disk(name: str) -> None:
    service = SERVICES[name]
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")
    assert service["read_only"] is True


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_it_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_the_public_port_leaves_the_inner_network() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["public"]


def test_secrets_come_from_outside_and_have_no_default() -> None:
    environment = SERVICES["public"]["environment"]
    secret = [name for name in environment if re.search(r"TOKEN|SECRET", name)]
    assert len(secret) == 5
    assert [name for name in secret if not environment[name].startswith("${") or ":?" not in environment[name]] == []


def test_commands_are_those_the_supervisor_uses(tmp_path: Path) -> None:
    apps = {s.name: s.command[3] for s in table.services(Line(Settings(home=tmp_path))) if "uvicorn" in s.command}
    assert {name: SERVICES[name]["command"][1] for name in apps} == apps


@pytest.mark.parametrize("image", ["services", "bot"])
def test_an_image_ends_as_a_user_and_copies_only_what_exists(image: str) -> None:
    rows = (FOLDER / f"Dockerfile.{image}").read_text().splitlines()
    assert [row for row in rows if row.startswith("USER")] == ["USER 10001"]
    copied = [row.split()[1:-1] for row in rows if row.startswith("COPY") and "--from" not in row]
    missing = [name for names in copied for name in names if not list(ROOT.glob(name))]
    assert missing == []
