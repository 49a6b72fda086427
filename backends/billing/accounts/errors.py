"""What can be wrong with an account number (words for the customer: etiquette 4)."""

from __future__ import annotations

from kernel import account_no as accounts
from kernel.errors import Malformed, NotFound, TooMany


class AccountNotFound(NotFound):
    code = "account_not_found"
    says = "utter_account_not_found"


class AccountCheckFailed(Malformed):
    """The check digit does not fit: one digit was heard or typed wrongly."""

    code = "account_check_failed"


class AccountLength(Malformed):
    code = "account_length"


class AccountDigits(Malformed):
    code = "account_digits"


class TooManyAccounts(TooMany):
    """One conversation asked for more than five different accounts within an hour."""

    code = "too_many_accounts"


_PROBLEMS: dict[str, type[Malformed]] = {
    "check": AccountCheckFailed, "length": AccountLength, "digits": AccountDigits,
}  # fmt: skip


def refuse_bad(account_no: str) -> None:
    """Raises AccountCheckFailed, AccountLength or AccountDigits; nothing is looked up for a number that cannot be."""
    problem = accounts.problem(account_no)
    if problem:
        raise _PROBLEMS[problem](f"account number: {problem}")
