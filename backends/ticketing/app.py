"""The ticketing service: `uvicorn backends.ticketing.app:app`; OpenAPI at `/openapi.json`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from fastapi import Depends, FastAPI

from backends.ticketing import rooms  # noqa: F401  (who follows what happens)
from backends.ticketing.attachments import endpoints as attachments
from backends.ticketing.checks import endpoints as checks
from backends.ticketing.clocks import endpoints as escalations
from backends.ticketing.complaints import endpoints as complaints
from backends.ticketing.complaints.whistle import endpoints as whistle
from backends.ticketing.dispatch import endpoints as crews
from backends.ticketing.equipment import endpoints as equipment
from backends.ticketing.figures import endpoints as figures
from backends.ticketing.follow_up import endpoints as follow_up
from backends.ticketing.follow_up import plan_endpoints as follow_up_plans
from backends.ticketing.halls import endpoints as halls
from backends.ticketing.importing import endpoints as importing
from backends.ticketing.meetings import endpoints as meetings
from backends.ticketing.notices import endpoints as notices
from backends.ticketing.notices import subscription_endpoints as notice_subscriptions
from backends.ticketing.open311 import endpoints as open311
from backends.ticketing.outages import endpoints as outages
from backends.ticketing.outages.merging import endpoints as merging
from backends.ticketing.outages.restoration import endpoints as restoration
from backends.ticketing.partners import endpoints as partners
from backends.ticketing.places import endpoints as places
from backends.ticketing.processes import endpoints as processes
from backends.ticketing.timeline import endpoints as timeline
from backends.ticketing.web import PROBLEMS
from backends.ticketing.webhooks import endpoints as webhooks
from backends.ticketing.work_orders import customer_endpoints as customers
from backends.ticketing.work_orders import endpoints as work_orders
from kit import logging, settings
from kit.db import Database
from kit.web import create_app, service_auth

TOPICS = (
    work_orders,
    customers,
    outages,
    merging,
    restoration,
    places,
    notices,
    notice_subscriptions,
    complaints,
    whistle,
    follow_up,
    follow_up_plans,
    crews,
    figures,
    escalations,
    attachments,
    webhooks,
    importing,
    open311,
    processes,
    checks,
    equipment,
    meetings,
    halls,
    partners,
    timeline,
)


def make_app(config: settings.Settings) -> FastAPI:
    """The service on the database of `config`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = Database(config.database.url, pool_size=config.database.pool_size)
        yield
        await app.state.database.close()

    app = create_app("Denghuo ticketing", lifespan=lifespan)
    app.state.settings = config

    async def database_answers() -> None:
        async with app.state.database.reading() as session:
            await session.execute(sa.text("SELECT 1 FROM ticketing.work_orders LIMIT 1"))

    app.state.ready_checks.append(database_answers)
    for topic in TOPICS:
        app.include_router(topic.router, prefix="/v1", dependencies=[Depends(service_auth(config))], responses=PROBLEMS)
    return app


logging.configure("ticketing")
app = make_app(settings.load())
