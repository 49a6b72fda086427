"""Telephone numbers as customers give them: mainland mobiles and fixed lines."""

from __future__ import annotations

import re

from kernel.numbers_zh import digits_of, speak_digits

_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"(0\d{2,3})?[2-9]\d{6,7}")


def normalise(text: str) -> str:
    """Digits only, without the country code 86 of a mobile."""
    digits = digits_of(text)
    for prefix in ("0086", "86"):
        rest = digits[len(prefix) :]
        if digits.startswith(prefix) and _MOBILE.fullmatch(rest):
            return rest
    return digits


def is_mobile(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits))


def is_phone(digits: str) -> bool:
    """A mobile or a fixed line with or without its area code."""
    return is_mobile(digits) or bool(_FIXED.fullmatch(digits))


def last4(phone: str) -> str:
    return phone[-4:]


def mask(phone: str) -> str:
    """`138****5678`; a fixed line keeps its area code and last two digits (service-catalogue 1.3)."""
    if is_mobile(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    if phone.startswith("0") and len(phone) >= 10:
        area = 3 if phone[1] in "12" else 4
        return f"{phone[:area]}-{'*' * (len(phone) - area - 2)}{phone[-2:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:]


def speak(phone: str) -> str:
    """Read by 3-4-4."""
    return speak_digits(phone, groups=(3, 4, 4)) if len(phone) == 11 else speak_digits(phone)


def speak_last4(phone: str) -> str:
    return speak_digits(last4(phone))
