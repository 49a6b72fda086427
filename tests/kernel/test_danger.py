"""Which danger is told of, and is it taken back?"""

from __future__ import annotations

import pytest

from kernel.danger import UNCLEAR, cries_out, hazard_of, is_denied, is_false_alarm, may_be_danger


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("我爸被电了！倒地上了", "electric_shock"),
        ("路上有根电线掉地上了，冒火花！", "line_down"),
        ("小区变压器炸了", "fire"),
        ("楼下充电桩冒烟", "ev_charger"),
        ("电线杆被车撞歪了", "pole_fallen"),
        ("楼道表箱在打火", "meter_spark"),
        ("地下室淹了，配电箱在水里", "flood"),
        ("我妈靠制氧机，家里停电了", "life_support"),
        ("有煤气味还停电", "gas"),
        ("施工队把电缆挖断了", "theft_damage"),
        ("树枝搭在线上打火", "tree"),
        ("出大事了", UNCLEAR),
    ],
)
def test_the_kind_of_danger_is_named(said: str, kind: str) -> None:
    assert hazard_of(said) == kind


@pytest.mark.parametrize("said", ["没有火，就是停电了", "没冒烟也没焦味", "没闻到焦味，就是没电", "跳闸了没有火花"])
def test_a_danger_that_is_denied_is_none(said: str) -> None:
    assert is_denied(said)
    assert not may_be_danger(said)


@pytest.mark.parametrize("said", ["没着火，是冒烟了", "没有人受伤，有人触电"])
def test_one_denial_does_not_hide_another_danger(said: str) -> None:
    assert not is_denied(said)


@pytest.mark.parametrize("said", ["看错了，是蒸汽", "虚惊一场", "没冒烟了"])
def test_a_false_alarm_is_taken_back(said: str) -> None:
    assert is_false_alarm(said)


def test_a_cry_for_help_needs_no_kind() -> None:
    assert cries_out("救命啊要出事了")
    assert not cries_out("这样用会不会要出事")
