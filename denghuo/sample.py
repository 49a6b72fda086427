"""`denghuo sample --json`: the customers, codes and log-ins of the sample house, for scripts and tests (design 3)."""

from __future__ import annotations

import importlib
from typing import Any

from denghuo.line import Line
from denghuo.supervisor import LineError

# The customers are made by backends/sample with a fixed seed; what is written here is what it promises.
CUSTOMER = {
    "account_ok": "3100102346",
    "phone_ok": "13812345678",
    "name_ok": "王小明",
    "address_ok": "翠湖花园3号楼2单元402",
    "community_outage": "阳光新城",
    "community_planned": "锦绣家园",
    "sms_code": "472901",
}


def bad_check(account_no: str) -> str:
    """The same account number with a wrong last digit."""
    return account_no[:-1] + str((int(account_no[-1]) + 1) % 10)


def promised() -> dict[str, Any]:
    """What the generator says of its own customers, over the table above."""
    try:
        made = importlib.import_module("backends.sample.promised")
    except ImportError:
        return dict(CUSTOMER)
    return {**CUSTOMER, **made.customers()}


def desk_logins() -> list[dict[str, str]]:
    """Log-in, password and role of the sample agents."""
    try:
        people = importlib.import_module("desk.sample")
    except ImportError:
        return []
    return [dict(login) for login in people.LOGINS]


TICKET_OK = "SELECT order_no FROM ticketing.work_orders WHERE idempotency_key = 'sample:ticket-ok'"


def ticket_ok(line: Line) -> str | None:
    """Number of the sample customer's open fault report; given out at the seeding, so None while nothing runs."""
    import psycopg

    url = line.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        with psycopg.connect(url, connect_timeout=2) as link:
            row = link.execute(TICKET_OK).fetchone()
    except psycopg.Error:
        return None
    return str(row[0]) if row else None


def describe(line: Line) -> dict[str, Any]:
    """Everything a script needs to play a customer, a telephone company or an agent.

    Raises:
        LineError: not in sample mode.
    """
    settings = line.settings
    if not settings.sample_mode:
        raise LineError("样例客户只在样例模式下提供。 / Sample customers are for sample mode only.")
    made = promised()
    return {
        **made,
        "ticket_ok": ticket_ok(line),
        "account_bad_check": bad_check(made["account_ok"]),
        "service_token": settings.service.token.get_secret_value(),
        "twilio_auth_token": settings.twilio.auth_token.get_secret_value(),
        "twilio_account_sid": settings.twilio.account_sid,
        "public_url": settings.twilio.public_url,
        "desk": desk_logins(),
        "base_url": line.base_url,
        "ticketing_url": line.url_of("ticketing"),
        "billing_url": line.url_of("billing"),
        "bot_url": line.url_of("rasa"),
    }
