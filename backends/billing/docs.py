"""`python -m backends.billing.docs` writes docs/billing.md: the tables of the billing room, made from the code."""

from __future__ import annotations

from pathlib import Path

from backends.billing.arrears.machine import RULES
from backends.billing.arrears.service import REMINDERS
from backends.billing.customers.contracts import ELEMENTS
from backends.billing.ledger.posting import BOOKS
from backends.billing.payments.providers import alipay, sandbox, wechat_pay
from backends.billing.scopes import SCOPES
from backends.billing.tariffs.book import sample_book

PAGE = Path(__file__).resolve().parents[2] / "docs" / "billing.md"
_INTRO = """# Billing

Written by `python -m backends.billing.docs`; do not edit. The rules are domain/billing.md's; how they are kept is in
docs/adr/0070 to 0073. Every figure is integer fen or decimal yuan, every write carries an `Idempotency-Key`.

![A bill explained: a bar a month, this one marked, and the ladder](pictures/explained-bill.svg)

*Sample data: account 3100103120 of the sample utility, October 2026. The picture is
`GET /v1/accounts/{no}/bills/{month}/picture.svg`; its words are in its `title` and `desc`.*
"""


def render() -> str:
    return "\n".join([_INTRO, *_arrears(), *_money(), *_scopes(), *_tariffs()]) + "\n"


def _arrears() -> list[str]:
    rows = [f"| `{r.step}` | {', '.join(sorted(r.stages))} | {r.to or '—'} | {r.asks} |" for r in RULES]
    days = "、".join(f"{day:+d}" for day in REMINDERS)
    return [
        "## From a late bill to the light that is on again",
        "",
        f"Reminders on days {days} of the due date, once each. A case is open from the first late day; it is closed by",
        "payment at any stage. After the stop a payment orders reconnection, due within 24 hours, tried at the remote",
        "switch until it answers or a crew has done it.",
        "",
        "| step | from | to | what the law or our rules ask |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _money() -> list[str]:
    made = (sandbox.Sandbox, wechat_pay.WechatPay, alipay.Alipay)
    providers = [f"| `{one.name}` | `{one.channel}` | {(one.__module__)} |" for one in made]
    return [
        "## Money",
        "",
        f"Books of the ledger, debit positive: {', '.join(f'`{one}`' for one in sorted(BOOKS))}. A movement's lines",
        "sum to zero; the database refuses any other, and any change of what is written.",
        "",
        "| provider | channel | code |",
        "|---|---|---|",
        *providers,
        "",
        "WeChat Pay and Alipay are shaped to their public interfaces and tested with keys of our own; neither has been",
        "run against a merchant account. The sandbox is a simulator and is not there in production.",
        "",
    ]


def _scopes() -> list[str]:
    rows = [f"| `{name}` | {', '.join(sorted(held)) or '—'} |" for name, held in SCOPES.items()]
    return ["## Which program may do what (`X-Client`)", "", "| client | scopes |", "|---|---|", *rows, ""]


def _tariffs() -> list[str]:
    rows = [f"| `{t.version}` | {t.valid_from} | {len(t.prices)} | {t.source} |" for t in sample_book().tariffs]
    return [
        "## Tariff versions",
        "",
        "Adding next year's is a block in `backends/billing/tariffs/book.yml`; bills across its first day are split.",
        "",
        "| version | from | rows | source |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Elements of a supply contract: {'、'.join(ELEMENTS.values())}.",
    ]


def main() -> None:
    PAGE.write_text(render(), encoding="utf-8")
    print(f"docs/{PAGE.name} written")


if __name__ == "__main__":
    main()
