"""`python -m backends.ticketing.figures.docs` writes docs/figures.md from the table of figures."""

from __future__ import annotations

from pathlib import Path

from backends.ticketing.figures.counting import GROUPS
from backends.ticketing.figures.kpis import KPIS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "figures.md"
_KINDS = {"percent": "share", "mean": "mean", "spread": "median and p90"}


def render() -> str:
    lines = [
        "# Figures",
        "",
        "Written by `python -m backends.ticketing.figures.docs`; do not edit. `GET /v1/figures` and the desk's page"
        " `/desk/figures/` show them, over the orders registered in a period (days in Shanghai), each with how many"
        f" orders it was made from. Grouped by {', '.join(f'`{name}`' for name in GROUPS)}. Whistle-blowing is counted"
        " in the whole and by type only. Rates of the telephone itself (answered, abandoned) are not ticketing's.",
        "",
        "| name | 中文 | figure | unit | wanted | made as | source |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{k.name}` | {k.zh} | {_KINDS[k.kind]} | {k.unit} | {k.wanted or '—'} | {k.how} | {k.source} |"
        for k in KPIS
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    PAGE.write_text(render(), encoding="utf-8")
    print(f"docs/{PAGE.name} written")


if __name__ == "__main__":
    main()
