"""The billing service: `uvicorn backends.billing.app:app`; OpenAPI at `/openapi.json`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from fastapi import Depends, FastAPI

from backends.billing import rooms  # noqa: F401  (who follows a payment)
from backends.billing.accounts import endpoints as accounts
from backends.billing.alerts import endpoints as alerts
from backends.billing.arrears import endpoints as arrears
from backends.billing.bills import endpoints as bills
from backends.billing.bills.adjusting import endpoints as corrections
from backends.billing.bills.running import endpoints as bill_runs
from backends.billing.bindings import endpoints as bindings
from backends.billing.customers import endpoints as customers
from backends.billing.disputes import endpoints as disputes
from backends.billing.explanations import endpoints as explanations
from backends.billing.figures import endpoints as figures
from backends.billing.identity import endpoints as identity
from backends.billing.invoices import endpoints as invoices
from backends.billing.metering import endpoints as metering
from backends.billing.payments import endpoints as payments
from backends.billing.payments.providers import known
from backends.billing.statements import endpoints as statements
from backends.billing.tariffs import endpoints as tariffs
from backends.billing.web import PROBLEMS
from kit import logging, settings
from kit.db import Database
from kit.web import create_app, service_auth

TOPICS = (
    accounts,
    alerts,
    arrears,
    bill_runs,
    bills,
    bindings,
    corrections,
    customers,
    disputes,
    explanations,
    figures,
    identity,
    invoices,
    metering,
    payments,
    statements,
    tariffs,
)


def make_app(config: settings.Settings) -> FastAPI:
    """The service on the database of `config`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database = Database(config.database.url, pool_size=config.database.pool_size)
        yield
        await app.state.database.close()

    app = create_app("Denghuo billing", lifespan=lifespan)
    app.state.settings = config
    app.state.providers = known.providers(config.payments, with_sandbox=bool(config.sample_mode))

    async def database_answers() -> None:
        async with app.state.database.reading() as session:
            await session.execute(sa.text("SELECT 1 FROM billing.accounts LIMIT 1"))

    app.state.ready_checks.append(database_answers)
    for topic in TOPICS:
        app.include_router(topic.router, prefix="/v1", dependencies=[Depends(service_auth(config))], responses=PROBLEMS)
    return app


logging.configure("billing")
app = make_app(settings.load())
