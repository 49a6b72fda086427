"""An invoice for what is paid, in the right name, once; a wrong one is reversed before the next."""

from __future__ import annotations

import pytest

OFFICE = {"X-Client": "billing_office", "X-Actor": "H3001"}
GOOD_TAX = "91350100M000100Y43"


@pytest.fixture
def payer(somebody):
    return somebody("open_bills = 0 AND a.balance_fen IS NULL AND a.category = 'commercial'")


@pytest.fixture
def ask(post, proved, payer):
    return lambda month="2026-10", **body: post(f"/accounts/{payer}/bills/{month}/invoices", body, **proved(payer))


def test_it_is_the_holders_name_and_the_whole_sum(ask, api, proved, payer):
    answer = ask(email="a@b.cn")
    assert answer.status_code == 201, answer.text
    one = answer.json()
    bill = api.get(f"/accounts/{payer}/bills/2026-10", headers=proved(payer)).json()
    assert (one["amount_fen"], one["kind"], one["status"]) == (bill["bill_amount_fen"], "normal", "issued")
    assert one["invoice_no"].startswith("FP20261124")
    pdf = api.get(f"/invoices/{one['invoice_no']}.pdf", headers=proved(payer))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert api.get(f"/invoices/{one['invoice_no']}.pdf").status_code == 403


def test_once_then_reversed_then_anew_in_another_name_with_consent(ask, post, payer):
    first = ask("2026-09").json()
    assert ask("2026-09").json()["code"] == "already_invoiced"
    other = {"title": "江城蓝天设计有限公司", "tax_no": GOOD_TAX}
    counter = post(f"/invoices/{first['invoice_no']}/reversal", {}, **OFFICE)
    assert (counter.status_code, counter.json()["amount_fen"], counter.json()["reverses"]) == (
        201, -first["amount_fen"], first["invoice_no"],
    )  # fmt: skip
    assert ask("2026-09", **other).json()["code"] == "consent_missing"
    anew = ask("2026-09", **other, consent="lease")
    assert (anew.status_code, anew.json()["title"]) == (201, "江城蓝天设计有限公司")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"tax_no": "91350100M000100Y44"}, "tax_no_wrong"),
        ({"kind": "special"}, "special_needs_tax_no"),
        ({"kind": "special", "tax_no": GOOD_TAX}, "special_needs_tax_no"),
    ],
)
def test_what_a_tax_office_would_refuse_is_refused(ask, body, code):
    assert ask("2026-08", **body).json()["code"] == code


def test_what_is_not_paid_is_not_invoiced(post, proved, debtor):
    answer = post(f"/accounts/{debtor}/bills/latest/invoices", {}, **proved(debtor))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_paid_yet")


def test_a_statement_adds_up_on_paper_and_in_the_sheet(api, proved, payer):
    sheet = api.get(f"/accounts/{payer}/statements/2026-10.csv", headers=proved(payer))
    rows = [line.split(",") for line in sheet.content.decode("utf-8-sig").split("\r\n")]
    amounts = [row[4] for row in rows[1 : next(i for i, row in enumerate(rows) if row[0] == "合计")]]
    total = next(row for row in rows if row[0] == "合计")
    assert f"{sum(round(float(one) * 100) for one in amounts) / 100:.2f}" == total[4]
    paper = api.get(f"/accounts/{payer}/statements/2026-10.pdf", headers=proved(payer))
    assert paper.content.startswith(b"%PDF-")
    assert api.get(f"/accounts/{payer}/statements/2026-10.pdf").status_code == 403
