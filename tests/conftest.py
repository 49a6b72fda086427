"""What every test may stand on: a real PostgreSQL, a real Redis, one running line, and the rows of the seed.

One line is shared by all workers of a run (`line`); the first test that needs it starts it, the controller stops it.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from denghuo.process import die_with_parent
from kit import local

# Plain `import tests.…` would find another package of that name where one is installed.
rows = importlib.import_module("tests.support.rows")
lines = importlib.import_module("tests.support.line")

if TYPE_CHECKING:
    from tests.support.line import RunningLine

RUN_FOLDER = "DENGHUO_TEST_RUN"
ROWS_FILE = "DENGHUO_ROWS_FILE"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def _is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    if _is_controller(config):
        os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="denghuo-tests-")
        os.environ["DENGHUO_TEST_OWNER"] = str(os.getpid())
    config.addinivalue_line("filterwarnings", "ignore:XDG_RUNTIME_DIR")  # the wheel looks for a folder it does not need
    target = os.environ.get(ROWS_FILE) or config.rootpath / ".pytest_cache" / "rows.json"
    config.pluginmanager.register(rows.RowCollector(Path(target)), "rows")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_controller(config) or RUN_FOLDER not in os.environ:
        return
    folder = Path(os.environ.pop(RUN_FOLDER))
    if (folder / "denghuo").exists():
        lines.stop_and_remove(lines.RunningLine(folder / "denghuo", 0, 0))
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests need a Chromium: skipped with a reason on a laptop without one, an error in CI as root."""
    if any(shutil.which(name) for name in CHROMIUM_NAMES) or (os.environ.get("CI") and os.geteuid() == 0):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="NO CHROMIUM HERE: apt install chromium"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "CHROMIUM" in str(r.longrepr)]
    if skipped:
        terminalreporter.write_line(f"!! {len(skipped)} browser tests were SKIPPED: no Chromium", red=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; never playwright's own build."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    assert found, "no Chromium: apt-get install chromium did not work"
    return found


@pytest.fixture(scope="session")
def servers_home() -> Iterator[Path]:
    """A short folder for this worker's own servers."""
    home = Path(tempfile.mkdtemp(prefix="denghuo-worker-"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_home(servers_home: Path) -> Iterator[Path]:
    server = local.start_postgres(servers_home, durable=False, preexec=die_with_parent(signal.SIGINT))
    yield servers_home
    server.stop()


@pytest.fixture(scope="session")
def postgres_url(postgres_home: Path) -> str:
    """A real PostgreSQL with one empty database for this worker (SQLAlchemy URL)."""
    return local.postgres_url(postgres_home)


@pytest.fixture
def empty_database(postgres_home: Path) -> Iterator[str]:
    """The URL of a database of this test's own, dropped afterwards."""
    from kernel import ids

    name = ids.new_id("t").lower().replace("-", "_")
    yield local.create_database(postgres_home, name)
    _drop(postgres_home, name)


def _drop(home: Path, name: str) -> None:
    import psycopg
    from psycopg import sql

    url = local.postgres_url(home, "postgres").replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def redis_url(servers_home: Path) -> Iterator[str]:
    """A real Redis for this worker."""
    server = local.start_redis(servers_home, preexec=die_with_parent(signal.SIGTERM))
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def line() -> RunningLine:
    """The shared running line: `base_url`, `sample`, `chat()`, `call()`, `ticketing()`, `billing()`, `database_url`."""
    return lines.shared_line(Path(os.environ[RUN_FOLDER]))


@pytest.fixture
def own_line() -> Iterator[Callable[..., RunningLine]]:
    """Start lines of this test's own (`own_line(DENGHUO_…="…")`), for tests that kill processes; stopped afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="denghuo-own-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)

        def start(**extra_environ: str) -> RunningLine:
            home = Path(tempfile.mkdtemp(dir=folder)) / "denghuo"
            return stack.enter_context(lines.own_line(home, **extra_environ))

        yield start
