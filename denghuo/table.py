"""The processes of a line: what docs/architecture.md lists, as specs the supervisor starts."""

from __future__ import annotations

from denghuo import health, stores
from denghuo.line import Line
from denghuo.process import Spec

GRACE_S = "4"  # how long uvicorn lets requests finish at a stop
SCHEMA = "schema"  # not a process: migrations and the sample are in place


def _service(line: Line, name: str, app: str, *, host: str = "127.0.0.1", needs: tuple[str, ...]) -> Spec:
    port = line.port_of(name)
    # fmt: off
    command = (
        line.service_python, "-m", "uvicorn", app, "--host", host, "--port", str(port), "--no-access-log",
        "--log-level", "info", "--timeout-graceful-shutdown", GRACE_S,
    )
    # fmt: on
    return Spec(
        name=name,
        command=command,
        health=health.http(port, "/health/live"),
        ready=health.http(port, "/health/ready"),
        url=line.url_of(name),
        environ=line.environ,
        cwd=line.root,
        needs=needs,
    )


def services(line: Line) -> list[Spec]:
    """All but the two stores."""
    python = line.service_python
    return [
        _service(line, "ticketing", "backends.ticketing.app:app", needs=(SCHEMA,)),
        _service(line, "billing", "backends.billing.app:app", needs=(SCHEMA,)),
        _service(line, "actions", "actions.app:app", needs=("redis",)),
        Spec(
            name="rasa",
            command=(str(line.rasa_python), "-m", "bot.run"),
            health=health.http(line.port_of("rasa"), "/"),
            ready=health.http(line.port_of("rasa"), "/"),
            url=line.url_of("rasa"),
            environ=line.environ,
            cwd=line.root,
            needs=("redis", "model"),
        ),
        Spec(
            name="worker",
            command=(python, "-m", "denghuo.worker"),
            health=health.alive(),
            environ=line.environ,
            cwd=line.root,
            needs=(SCHEMA, "redis"),
            settles_s=1.0,
        ),
        _service(line, "public", "denghuo.public:app", host="0.0.0.0", needs=(SCHEMA, "redis")),  # noqa: S104
    ]


def all_specs(line: Line) -> list[Spec]:
    """Every process of the line, in the order `status` lists them."""
    ours = [stores.postgres_spec(line.home)] if line.own_postgres else []
    ours += [stores.redis_spec(line.home)] if line.own_redis else []
    return [*ours, *services(line)]
