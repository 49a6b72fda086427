"""The state machines are whole: every state can be reached and left, every guard and field exists."""

from __future__ import annotations

import pytest

from backends.ticketing.machine import FINAL, ROLES, STATUS_ZH
from backends.ticketing.outages.machine import CREW_STATE, OUTAGE
from backends.ticketing.work_orders import stages
from backends.ticketing.work_orders.details import DETAILS
from backends.ticketing.work_orders.guards import GUARDS
from backends.ticketing.work_orders.machines import MACHINES

ALL = [*MACHINES.values(), OUTAGE]


@pytest.mark.parametrize("machine", ALL, ids=lambda m: m.name)
def test_table_is_whole(machine):
    reached, fresh = {machine.initial} | ({"planned"} if machine is OUTAGE else set()), True
    while fresh:
        fresh = {r.to for r in machine.rules if reached & set(r.states)} - reached
        reached |= fresh
    assert machine.states == reached, "a state nobody can reach"
    assert machine.states <= set(STATUS_ZH)
    for state in machine.states - FINAL:
        assert machine.possible(state), f"{state} is a dead end"
    for row in machine.rules:
        assert row.roles <= set(ROLES)
        assert row.check is None or row.check in GUARDS
        assert set(row.needs) <= set(DETAILS[machine.name].model_fields) | {"attachment_keys"}


def test_every_outage_state_says_what_the_crew_does():
    assert OUTAGE.states <= set(CREW_STATE)


def test_every_state_is_a_phase_of_the_way_every_service_goes():
    assert {stages.phase(state) for machine in ALL for state in machine.states} == set(stages.PHASES)
    for machine in ALL:
        assert stages.phase(machine.initial) in ("need", "confirmation")
