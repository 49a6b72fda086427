from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import fen, format_yuan, speak_yuan, yuan


@pytest.mark.parametrize(
    ("amount_fen", "said"),
    [(11284, "一百一十二元八角四分"), (20000, "二百元"), (10620, "一百零六元两角"), (205, "两元零五分"), (0, "零元")],
)
def test_zero_jiao_and_fen_are_not_said(amount_fen, said):
    assert speak_yuan(amount_fen) == said


@given(st.integers(-(10**9), 10**9))
def test_fen_to_yuan_and_back_is_the_same(amount_fen):
    assert fen(yuan(amount_fen)) == amount_fen


def test_half_a_fen_goes_up():
    assert fen(Decimal("1.005")) == 101


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        fen(1.1)  # type: ignore[arg-type]


def test_amounts_are_written_with_two_decimals():
    assert format_yuan(9800) == "98.00"
