"""Run Rasa with our channel: `python -m bot.run`.

Rasa's own HTTP API stays on (`/version`, `/status`, `/model/parse`), bound to the inside only. TensorFlow is left out
of the process and the
fixes of `bot/fixes.py` are applied. SIGTERM ends it after the turns under way.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

from bot import settings as bot_settings
from bot.light_imports import leave_tensorflow_out

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from sanic import Sanic

log = logging.getLogger("denghuo.bot")
WAIT_FOR_TURNS_S = 8.0  # design 2: the longest a turn may take


def make_agent(model: str) -> Agent:
    """The agent with our store, NLG and action server from `endpoints.yml`.

    Raises:
        ModelNotFound: there is no model at `model`.
    """
    from rasa.core.agent import Agent
    from rasa.core.nlg import NaturalLanguageGenerator
    from rasa.core.tracker_store import TrackerStore
    from rasa.core.utils import AvailableEndpoints

    class OurAgent(Agent):
        @staticmethod
        def _create_tracker_store(store: TrackerStore | None, domain: Any) -> TrackerStore:
            # Rasa would wrap it in a store that goes on in memory when Redis is gone: talks would fork.
            assert store is not None
            return store

    endpoints = AvailableEndpoints.read_endpoints(str(bot_settings.ROOT / "endpoints.yml"))
    agent = OurAgent(
        generator=NaturalLanguageGenerator.create(endpoints.nlg, None),
        tracker_store=TrackerStore.create(endpoints.tracker_store),
        action_endpoint=endpoints.action,
    )
    agent.load_model(model)
    return agent


def make_app(settings: bot_settings.BotSettings) -> Sanic:
    """Rasa's server with our channel on it; the model is loaded before it listens."""
    import rasa.core.channels.channel as rasa_channel
    from rasa import server

    from bot import fixes
    from bot.channel.endpoint import DenghuoInput

    fixes.apply()
    agent = make_agent(str(settings.model_path))
    # What is loaded by now stays: the collector need not walk through it in the middle of a turn.
    gc.collect()
    gc.freeze()
    app = server.create_app(agent=agent, cors_origins=None)
    app.config.KEEP_ALIVE_TIMEOUT = 75  # longer than any client keeps an idle connection: the client lets go first
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = WAIT_FOR_TURNS_S
    app.config.ACCESS_LOG = False
    rasa_channel.register([DenghuoInput(settings.service_token)], app, route="/webhooks/")

    async def close(_app: Any, _loop: Any) -> None:
        from bot.action_server import ActionServer

        if agent.action_endpoint is not None:
            await ActionServer.of(agent.action_endpoint).close()

    app.register_listener(close, "after_server_stop")
    return app


def quiet_logs() -> None:
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=".*MovedIn20.*")
    level = os.environ.get("LOG_LEVEL", "INFO")
    logging.basicConfig(level=level, format="%(asctime)s level=%(levelname)s logger=%(name)s %(message)s")
    for name in ("rasa", "sanic.root", "sanic.access", "apscheduler", "matplotlib", "jieba", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def main() -> int:
    try:
        settings = bot_settings.load()
    except bot_settings.SettingsMissing as missing:
        print(f"bot: {missing}", file=sys.stderr)
        return 2
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    quiet_logs()
    leave_tensorflow_out()
    from rasa.exceptions import ModelNotFound

    try:
        app = make_app(settings)
    except ModelNotFound:
        print(f"bot: no model in {settings.model_path}; train one with `denghuo train`", file=sys.stderr)
        return 3
    log.info("listening host=%s port=%d model=%s", settings.host, settings.port, app.ctx.agent.processor.model_filename)
    app.run(host=settings.host, port=settings.port, workers=1, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
