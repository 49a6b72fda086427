"""A backend that hangs: the customer hears a true sentence and a way on, and what was reported is filed later."""

from __future__ import annotations

import importlib
import signal
from pathlib import Path

import psycopg
import pytest
import yaml

until = importlib.import_module("tests.support.line").until
talks = importlib.import_module("tests.support.talks")
D43 = Path(__file__).parent / "backends_off" / "D43.yml"


def _texts(talk) -> str:
    return "\n".join(p["text"] for m in talk.messages() for p in m["parts"] if p["kind"] == "text")


@pytest.mark.crash
@pytest.mark.row("S06")
@pytest.mark.timeout(240)
def test_with_a_hanging_backend_truth_is_told_and_the_report_is_filed_later(own_line):
    line = own_line()

    # D43: billing hangs. No old figures; a consultation order says when somebody answers.
    with line.chat() as bill:
        bill.say("查上个月电费")
        bill.say(line.sample["account_ok"])
        bill.say(line.sample["phone_ok"][-4:])
        line.kill("billing", signal.SIGSTOP)
        heard = bill.say(line.sample["sms_code"])
        for _ in range(2):
            if "连不上" not in _texts(bill):
                heard = bill.say("查电费")
        assert "连不上" in _texts(bill), heard.text
        assert "98.58" not in _texts(bill)
        assert "停电" in bill.say("阳光新城停电了吗").text  # other things still work
    talks.hold(line, yaml.safe_load(D43.read_text(encoding="utf-8")))
    line.kill("billing", signal.SIGCONT)

    # Ticketing hangs after the read-back: kept, and filed once it is back, and the customer is told the number.
    with line.chat() as report:
        for words in ("我家没电了", "邻居有，开关没掉", "翠湖花园9号楼1单元201", "13987650001"):
            report.say(words)
        line.kill("ticketing", signal.SIGSTOP)
        report.say("对")
        assert "我先记下了" in until(
            lambda: _texts(report) if "我先记下了" in _texts(report) else "", within_s=20, what="told"
        )
        assert "GZ" not in _texts(report)
        line.kill("ticketing", signal.SIGCONT)
        until(lambda: "GZ" in _texts(report), within_s=90, what="the number comes by itself")

    with psycopg.connect(line.database_url.replace("+psycopg", "")) as link:
        query = "SELECT count(*) FROM ticketing.work_orders WHERE contact_phone = %s"
        assert link.execute(query, ("13987650001",)).fetchone() == (1,)
