"""Every event a customer is told of has its sentence, for the eye and for the ear, as the etiquette wants it."""

from __future__ import annotations

import re

import pytest

from backends.ticketing.notices import docs, kinds, templates
from backends.ticketing.notices.templates import Words
from backends.ticketing.outages.machine import OUTAGE
from backends.ticketing.work_orders.machines import MACHINES

ALL = list(templates.load().values())
# Told beforehand, or by no machine at all.
OTHERS = {"planned", "temporary", "arrears", "announcement", "appointment.reminder", "outage.declare"}
NEVER_SAID = (
    "举报", "不知道", "不清楚", "不归我管", "没办法", "你自己看", "慢慢等", "不是说过", "听明白没有", "规定就是",
    "你打错了", "不早交", "你投诉吧", "系统坏了", "不可能", "绝对不会", "大家都这样", "随便",
)  # fmt: skip


def rows():
    for machine in (OUTAGE, *MACHINES.values()):
        for rule in machine.rules:
            yield machine.name, rule


def _is_wrong(machine, rule):
    told = templates.of_event(machine, rule.event, rule.to) is not None
    if machine == "whistle_blow":  # who reported is told through the code only
        return told
    elsewhere = any(r.notice for m, r in rows() if m == machine and r.event == rule.event)
    return not told if rule.notice else told and not elsewhere


def test_every_row_of_the_machines_is_told_when_the_table_says_so_and_only_then():
    assert [(machine, rule.event, rule.to) for machine, rule in rows() if _is_wrong(machine, rule)] == []


def test_no_sentence_without_an_event():
    events = {f"{machine}.{rule.event}" for machine, rule in rows()} | {"fault_report.ask_again"} | OTHERS
    names = {template.key: template.key.split(".") for template in ALL}
    assert [key for key, (room, *event) in names.items() if not {room, f"{room}.{event[0]}"} & events] == []


def test_every_sentence_is_of_a_known_kind():
    assert {template.kind for template in ALL} <= {kind.name for kind in kinds.load()}


def _bare(sentence):
    return re.sub(r"\{\w+\}", "", sentence)


def test_text_is_short_enough_to_read():
    assert [template.key for template in ALL if len(_bare(template.text)) > 100] == []


def test_speech_is_three_short_sentences_at_most():
    def is_long(template):
        sentences = [said for said in re.split(r"[。？！]", _bare(template.speech)) if said]
        return len(sentences) > 3 or any(len(said) > 25 for said in sentences)

    assert [template.key for template in ALL if is_long(template)] == []


def test_speech_has_no_symbols_digits_or_letters():
    said = {template.key: templates.finish(Words("", template.speech)).speech for template in ALL}
    assert {key: speech for key, speech in said.items() if not re.fullmatch(r"[一-鿿，。？！、]*", speech)} == {}


def test_nothing_is_said_that_is_not_said():
    assert [t.key for t in ALL if any(word in t.text + t.speech for word in NEVER_SAID)] == []


@pytest.mark.row("S77")
def test_each_kind_of_outage_has_its_own_lead_time():
    day, planned = kinds.load()[0].valid_from, kinds.in_force("planned_outage", kinds.load()[0].valid_from)
    assert [lead.days for lead in planned.lead] == [7, 3]
    assert kinds.in_force("temporary_outage", day).lead[0].total_seconds() == 24 * 3600
    stop = kinds.in_force("arrears_stop_notice", day)
    assert (stop.at_least.days, stop.at_most.days) == (3, 7)
    assert all(kind.source for kind in kinds.load())


def test_page_of_sentences_is_what_the_code_says():
    assert docs.PAGE.read_text(encoding="utf-8") == docs.render(), "python -m backends.ticketing.notices.docs"
