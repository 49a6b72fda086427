"""What a customer is told of their order, and what becomes of it on the way."""

from __future__ import annotations

import importlib

import psycopg
import pytest

from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until


@pytest.fixture
def deliveries(served):
    """Rows of this phone: template, state, reason, text as recorded (None when nothing left)."""

    def read(phone):
        with psycopg.connect(served.database_url.replace("+psycopg", "", 1)) as link:
            return link.execute(
                """SELECT n.template, d.state, d.reason, r.text, r.times FROM ticketing.notice_deliveries d
                     JOIN ticketing.notices n USING (notice_id)
                     LEFT JOIN ticketing.recorded_sends r ON r.delivery_id = d.notice_id || '.' || d.id
                    WHERE d.phone = %s ORDER BY d.id""",
                (phone,),
            ).fetchall()

    return read


def test_fault_is_acknowledged_with_number_and_time(file_fault, deliveries, phone, served):
    order = file_fault().json()
    work_until(served.database_url, clock.now())

    ((template, state, _, text, times),) = deliveries(phone)
    assert (template, state, times) == ("fault_report.dispatch", "sent", 1)
    assert order["order_no"] in text
    assert "前到场" in text
