"""Which form a task runs in, which action ends it, and what kinds of intents there are. Standard library only."""

from __future__ import annotations

REQUESTS = (
    "complaint",
    "whistleblow",
    "suggestion",
    "praise",
    "new_connection",
    "meter_issue",
    "ev_pv",
    "callback_request",
    "appointment",
    "notices",
)
# Business about an account: each in a form of its own (actions/account, actions/billing).
ACCOUNT_FORMS: dict[str, str] = {
    "pay_bill": "pay_form",
    "bill_dispute": "dispute_form",
    "invoice": "invoice_form",
    "account_change": "change_form",
    "reconnect": "reconnect_form",
}
FORM_OF: dict[str, str] = {
    "fault_report": "report_fault_form",
    "fault_emergency": "emergency_form",
    "outage_query": "outage_form",
    "outage_subscribe": "subscribe_form",
    "bill_query": "identity_form",
    "bill_detail": "identity_form",
    "list_orders": "identity_form",
    "ticket_progress": "order_form",
    "ticket_urge": "order_form",
    "appointment_change": "order_form",
    **dict.fromkeys(REQUESTS, "request_form"),
    **ACCOUNT_FORMS,
}
END_OF: dict[str, str] = {
    "fault_report": "action_file_fault_report",
    "fault_emergency": "action_file_emergency",
    "outage_query": "action_tell_outage",
    "outage_subscribe": "action_subscribe",
    "bill_query": "action_tell_bill",
    "bill_detail": "action_explain_bill",
    "list_orders": "action_list_orders",
    "ticket_progress": "action_tell_progress",
    "ticket_urge": "action_urge",
    "appointment_change": "action_change_appointment",
    **dict.fromkeys(REQUESTS, "action_file_request"),
    **{task: f"action_file_{task}" for task in ACCOUNT_FORMS},
}
FORMS = frozenset(FORM_OF.values())
ENDS = frozenset(END_OF.values())
QUESTIONS = frozenset({"price_policy", "policy_material", "safety_saving", "business_hall"})
SMALL_TALK: dict[str, str] = {
    "greet": "utter_greet",
    "thanks": "utter_thanks",
    "bot_challenge": "utter_bot_challenge",
    "chitchat_other": "action_chitchat",
    "out_of_scope": "action_out_of_scope",
}
# Tasks that are one conversation: an intent of the same family does not interrupt.
FAMILIES: tuple[frozenset[str], ...] = (
    frozenset(REQUESTS),  # what is told while one is taken down belongs to it
    frozenset({"bill_query", "bill_detail"}),
    frozenset({"pay_bill", "bill_dispute"}),  # 扣了两次: what went wrong is told in many ways
    frozenset({"pay_bill", "reconnect"}),  # 我现在交, 交了: said of power stopped for arrears
    frozenset({"ticket_progress", "ticket_urge", "list_orders"}),
    frozenset({"outage_query", "outage_subscribe"}),
    frozenset({"outage_subscribe", "ticket_urge"}),  # 能快点不, to a known outage
)

DIGIT_SLOTS = frozenset(
    {
        "account_no",
        "identity_phone_last4",
        "identity_code",
        "progress_order_no",
        "progress_phone_last4",
        "request_account_no",
    }
)
YES_NO_SLOTS = frozenset(
    {
        "fault_breaker_retry",
        "fault_confirmed",
        "subscribe_wanted",
        "request_wanted",
        "request_anonymous",
        "request_confirmed",
        "account_confirmed",
        "pay_sms_wanted",
        "pay_sms_confirmed",
        "reconnect_paid",
        "change_sure",
        "service_confirmed",
    }
)
PHONE_SLOTS = frozenset(
    {"fault_contact_phone", "subscribe_phone", "request_phone", "service_phone", "pay_sms_phone", "change_phone"}
)
PLACE_SLOTS = frozenset({"fault_address", "emergency_place", "outage_area", "request_place"})
NARRATIVE_SLOTS = frozenset({"request_what", "service_facts", "request_grounds"})
"""Whatever is said here belongs to the story; only danger, a person, 'stop' and 'again' interrupt it."""


def same_family(one: str, other: str) -> bool:
    return one == other or any(one in family and other in family for family in FAMILIES)
