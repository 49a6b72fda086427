"""Every action there is, by topic."""

from __future__ import annotations

from rasa_sdk import Action

from actions.account import asking
from actions.account.changes import ActionAskChangeKind, ActionAskChangeValue, ActionFileChange, ChangeForm
from actions.account.forms import IdentityForm
from actions.billing import actions as billing
from actions.billing.disputing import ActionFileDispute, DisputeForm
from actions.billing.invoicing import ActionFileInvoice, InvoiceForm
from actions.billing.paying import ActionFilePayment, PayForm
from actions.billing.reconnecting import ActionFileReconnect, ReconnectForm
from actions.handoff import actions as handoff
from actions.knowledge import actions as knowledge
from actions.orders import actions as orders
from actions.orders import appointments, filed, readback
from actions.orders.forms import OrderForm
from actions.orders.requests import RequestForm
from actions.outage import actions as outage
from actions.outage.areas import OutageForm, SubscribeForm
from actions.outage.emergencies import EmergencyForm
from actions.outage.forms import ReportFaultForm
from actions.smalltalk import actions as smalltalk
from actions.smalltalk import asides, tasks

TOPICS = (outage, asking, billing, orders, readback, filed, appointments, knowledge, handoff, smalltalk, asides, tasks)


def everything() -> list[Action]:
    """One instance of each action; they hold no state."""
    forms: list[Action] = [
        ReportFaultForm(),
        EmergencyForm(),
        OutageForm(),
        SubscribeForm(),
        IdentityForm(),
        PayForm(),
        DisputeForm(),
        ReconnectForm(),
        InvoiceForm(),
        ChangeForm(),
        OrderForm(),
        RequestForm(),
    ]
    ends: list[Action] = [
        ActionAskChangeKind(),
        ActionAskChangeValue(),
        ActionFilePayment(),
        ActionFileDispute(),
        ActionFileReconnect(),
        ActionFileInvoice(),
        ActionFileChange(),
    ]
    return forms + ends + [action for topic in TOPICS for action in topic.everything()]
