"""What the ticketing system in memory knows of types, states and promises, and how it reads what it is given."""

from __future__ import annotations

from datetime import datetime, timedelta

from clients.ticketing.protocol import Outage
from kernel import account_no as account_numbers
from kernel import clock
from kernel import phone as phones
from kernel.errors import Malformed

ON_SITE_MIN: dict[str, int] = {"urban": 40, "rural": 85, "remote": 120}
PREFIX = {
    "consult": "ZX", "callback": "ZX", "apply": "YW", "fault_report": "GZ", "complaint": "TS", "whistle_blow": "JB",
    "suggestion": "JY", "praise": "BY", "appointment": "YY", "urge": "CB", "follow_up": "HF",
}  # fmt: skip
DUE = {"complaint": timedelta(days=5), "whistle_blow": timedelta(days=10)}
APPLIED_ONCE = {
    "new_residential",
    "new_low_business",
    "increase",
    "ev_charger",
    "pv_connect",
    "meter_test",
    "move_meter",
}
FINAL = {"closed", "withdrawn", "rejected"}
LABEL = {
    "registered": "已受理", "dispatched": "已派单", "merged": "已并入片区停电", "withdrawn": "已撤回",
    "accepted": "已接单", "en_route": "抢修途中", "on_site": "已到场", "repairing": "抢修中", "restored": "已送电",
    "awaiting_confirm": "待您确认来电", "closed": "已办结",
}  # fmt: skip
# Enough of the fault report's machine for a repair and a customer's own events: who may, and where it leads.
MOVES = {
    **{(state, "withdraw"): ("customer", "withdrawn") for state in ("registered", "dispatched", "accepted", "merged")},
    ("dispatched", "accept"): ("crew", "accepted"),
    ("accepted", "depart"): ("crew", "en_route"),
    ("en_route", "arrive"): ("crew", "on_site"),
    ("on_site", "secure"): ("crew", "repairing"),
    ("repairing", "restore"): ("crew", "restored"),
    ("restored", "ask"): ("system", "awaiting_confirm"),
    ("awaiting_confirm", "said_yes"): ("customer", "closed"),
    ("awaiting_confirm", "said_no"): ("customer", "repairing"),
}
LEVEL_TOLD = {1: "班组长", 2: "值班长、部门负责人", 3: "分管领导"}


def now() -> datetime:
    return clock.now().replace(microsecond=0)


def covers(outage: Outage, building: int | None) -> bool:
    return building is None or not outage.buildings or any(a <= building <= b for a, b in outage.buildings)


def bad(name: str, problem: str) -> Malformed:
    return Malformed(f"{name}: {problem}", fields=[{"at": f"body.{name}", "problem": problem}])


def phone_of(name: str, given: str | None) -> str | None:
    if not given:
        return None
    digits = phones.normalise(given)
    if not phones.is_phone(digits):
        raise bad(name, "not a phone number")
    return digits


def check_account(given: str | None) -> None:
    if given and account_numbers.problem(account_numbers.normalise(given)):
        raise bad("account_no", "not an account number")
