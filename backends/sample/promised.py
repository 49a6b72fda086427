"""What the sample promises to scripts: `denghuo sample --json` prints it (design 3)."""

from __future__ import annotations

from backends.sample.customers import Customer, fixed

SMS_CODE = "472901"
OK, OTHER, PHOTOVOLTAIC = "3100102346", "3100204589", "3100205172"
PREPAID, STOPPED, COMMERCIAL, COMPARED = "3100208622", "3100211790", "3100003056", "3100103120"


def customers() -> dict[str, str]:
    """Accounts, phones and places by what they are good for."""
    by_no = {customer.account_no: customer for customer in fixed()}
    ok, other = by_no[OK], by_no[OTHER]
    return {
        "account_ok": OK,
        "phone_ok": _phone(ok),
        "name_ok": ok.name,
        "address_ok": ok.address.partition(ok.place.district)[2],
        "account_other": OTHER,
        "phone_other": _phone(other),
        "account_pv": PHOTOVOLTAIC,
        "phone_pv": _phone(by_no[PHOTOVOLTAIC]),
        "account_prepaid": PREPAID,
        "phone_prepaid": _phone(by_no[PREPAID]),
        "account_stopped": STOPPED,
        "phone_stopped": _phone(by_no[STOPPED]),
        "account_commercial": COMMERCIAL,
        "phone_commercial": _phone(by_no[COMMERCIAL]),
        "account_compared": COMPARED,
        "phone_compared": _phone(by_no[COMPARED]),
        "community_outage": "阳光新城",
        "community_planned": "锦绣家园",
        "sms_code": SMS_CODE,
    }


def _phone(customer: Customer) -> str:
    assert customer.phone is not None
    return customer.phone
