"""Which rooms follow what happens to orders and outages, and in which order. Imported by the service and the worker."""

from __future__ import annotations

from backends.ticketing import happenings
from backends.ticketing.clocks import escalations
from backends.ticketing.clocks import following as clocks
from backends.ticketing.complaints import following as complaints
from backends.ticketing.complaints import independence
from backends.ticketing.complaints.whistle import following as whistle
from backends.ticketing.dispatch import following as dispatch
from backends.ticketing.follow_up import planning as follow_up
from backends.ticketing.notices import followers as notices
from backends.ticketing.notices import outage_followers as outage_notices
from backends.ticketing.notices import reminding
from backends.ticketing.outages import eta, following, planned
from backends.ticketing.outages.merging import gathering, taking
from backends.ticketing.outages.restoration import answers, asking
from backends.ticketing.processes import service as processes
from backends.ticketing.webhooks import following as webhooks
from backends.ticketing.work_orders import following as work_orders

# Orders and outages come last: they let further events happen, and every room hears of the first event before those.
# Clocks come first: what the others say of a deadline is the deadline after this event.
happenings.order_checks[:] = [independence.check, complaints.check, whistle.check, dispatch.check, processes.check]
happenings.order_followers[:] = [
    clocks.follow_order,
    complaints.on_order,
    whistle.on_order,
    escalations.follow,  # after whoever raises a level
    notices.follow_order,
    reminding.follow_order,
    webhooks.on_order,
    work_orders.on_order,
    follow_up.on_order,
    gathering.on_order,
    following.on_order,
    answers.on_order,
    dispatch.on_order,
]
happenings.outage_followers[:] = [
    outage_notices.follow_outage,
    webhooks.on_outage,
    planned.on_outage,
    taking.on_outage,
    eta.on_outage,
    following.on_outage,
    asking.on_outage,
]
