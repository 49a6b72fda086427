"""Which program may do what here. Every one shows the service token; `X-Client` says which it is (docs/adr/0050).

A customer's own reading and paying needs no scope: there the proof of the account decides. What moves money, stops
power or shows other people's data does.
"""

from __future__ import annotations

from kernel.errors import NotAllowed

SCOPES: dict[str, frozenset[str]] = {
    "service": frozenset(),
    "actions": frozenset({"readings", "disputes", "invoices"}),
    "gateway": frozenset(),
    "ivr": frozenset({"readings"}),
    "desk": frozenset({"search", "readings", "disputes", "invoices", "customers", "figures"}),
    "cashier": frozenset({"search", "money", "invoices", "figures"}),
    "billing_office": frozenset(
        {
            "search",
            "readings",
            "disputes",
            "invoices",
            "customers",
            "money",
            "runs",
            "arrears",
            "adjustments",
            "figures",
        }
    ),
    "operations": frozenset({"runs", "arrears", "figures"}),
}


class ScopeMissing(NotAllowed):
    code = "scope_missing"


def require(client: str, scope: str) -> None:
    """Raises ScopeMissing."""
    if scope not in SCOPES.get(client, frozenset()):
        raise ScopeMissing(f"{client} may not do this: {scope}")
