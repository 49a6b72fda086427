"""户号: ten digits, the last a Luhn check digit over the first nine (domain/billing.md 1.1)."""

from __future__ import annotations

from typing import Literal

from kernel.numbers_zh import digits_of, speak_digits

LENGTH = 10
Problem = Literal["digits", "length", "check"]


def check_digit(first9: str) -> str:
    """The check digit of nine digits: doubling starts at the rightmost."""
    total = 0
    for place, char in enumerate(reversed(first9)):
        product = int(char) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return str((10 - total % 10) % 10)


def problem(account_no: str) -> Problem | None:
    """Which part is wrong: not digits, not ten of them, or the check digit; None when it can be right."""
    if not (account_no.isascii() and account_no.isdigit()):
        return "digits"
    if len(account_no) != LENGTH:
        return "length"
    return None if check_digit(account_no[:9]) == account_no[9] else "check"


def is_valid(account_no: str) -> bool:
    return problem(account_no) is None


def normalise(text: str) -> str:
    """Digits only, spoken ones included; empty when there are none."""
    return digits_of(text)


def last4(account_no: str) -> str:
    return account_no[-4:]


def speak(account_no: str) -> str:
    """Read by 3-3-4, 1 as 幺 (etiquette 13); only for a customer at L2."""
    return speak_digits(account_no, groups=(3, 3, 4))
