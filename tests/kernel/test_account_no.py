import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import account_no as no

SAMPLES = "3100102346 3100204589 3100205172 3100003056 3204001261 3200007718 3307000152".split()  # noqa: SIM905


@pytest.mark.parametrize("account", SAMPLES)
def test_the_sample_accounts_of_billing_1_1_are_valid(account):
    assert no.problem(account) is None


@pytest.mark.parametrize(
    ("account", "wrong"),
    [("3100102345", "check"), ("3100012346", "check"), ("310010234", "length"), ("31001o2346", "digits")],
)
def test_the_counter_examples_say_which_part_is_wrong(account, wrong):
    assert no.problem(account) == wrong


@given(st.sampled_from(SAMPLES), st.integers(0, 9), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(account, place, shift):
    wrong = str((int(account[place]) + shift) % 10)
    assert no.problem(account[:place] + wrong + account[place + 1 :]) == "check"


def test_a_spoken_account_is_understood():
    assert no.normalise("三幺洞洞，幺洞二三四六") == "3100102346"


def test_it_is_read_by_three_three_four():
    assert no.speak("3100102346") == "三幺零，零幺零，二三四六"
