"""The page of a link: the sum, one button, and the truth about links that are over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from kernel import ids

if TYPE_CHECKING:
    from tests.support.line import RunningLine

pytestmark = [pytest.mark.browser, pytest.mark.line]
OWES = """SELECT a.account_no FROM billing.accounts a JOIN billing.bills b USING (account_no)
    WHERE a.pay_mode = 'postpaid' AND a.status = 'active' AND a.category = 'residential' AND a.account_no LIKE '3101%%'
      AND NOT EXISTS (SELECT 1 FROM billing.pay_links l WHERE l.account_no = a.account_no)
    GROUP BY 1 HAVING sum((b.paid_fen < b.payable_fen)::int) = 1 AND bool_or(b.month = '2026-10' AND b.paid_fen = 0)
    ORDER BY md5(a.account_no || %s) LIMIT 1"""


@pytest.fixture
def link(line: RunningLine, request: pytest.FixtureRequest) -> Callable[[], dict[str, Any]]:
    """Links of one account that owes October."""
    plain = line.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as database:
        row = database.execute(OWES, (f"page:{request.node.name}",)).fetchone()
    assert row is not None

    def make() -> dict[str, Any]:
        with line.billing() as billing:
            headers = {"Idempotency-Key": ids.new_id("k")}
            made = billing.post(f"/v1/accounts/{row[0]}/pay-links", json={"subject": "page"}, headers=headers)
            assert made.status_code == 201, made.text
            return dict(made.json())

    return make


@pytest.mark.row("S98")
def test_a_customer_pays_with_one_press_and_sees_that_it_is_in(
    new_page: Callable[..., Page], link: Callable[[], dict[str, Any]]
) -> None:
    made = link()
    page = new_page(viewport={"width": 375, "height": 667})
    page.goto(made["url"])
    expect(page.locator("#sum")).to_have_text(f"{made['amount_fen'] / 100:.2f}")
    expect(page.locator("#tail")).to_have_text(made["account_last4"])
    assert "不会真的扣钱" in page.get_by_role("button").inner_text()
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("已经入账")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("已经缴过了")
    assert page.get_by_role("button").count() == 0


def test_an_older_link_and_a_made_up_one_say_so(
    new_page: Callable[..., Page], link: Callable[[], dict[str, Any]], line: RunningLine
) -> None:
    old = link()
    link()
    page = new_page()
    page.goto(old["url"])
    expect(page.get_by_role("status")).to_contain_text("已换成新的")
    page.goto(f"{line.base_url}/pay/{'a' * 24}")
    expect(page.get_by_role("status")).to_contain_text("没有这个链接")
