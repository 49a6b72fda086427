import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import errors, expects, ids, masking, phone
from kernel.expects import Expects


def test_a_mobile_with_country_code_is_the_same_mobile():
    assert phone.normalise("+86 138-1234-5678") == "13812345678"


@pytest.mark.parametrize(
    ("number", "shown"), [("13812345678", "138****5678"), ("051012345621", "0510-******21")]
)  # fmt: skip
def test_phones_keep_their_ends(number, shown):
    assert phone.mask(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王明", "王*"), ("王小明", "王*明"), ("欧阳振华", "欧**华"), ("江城第一机械厂", "****机械厂")],
)
def test_names_are_masked_by_the_table_of_the_catalogue(name, shown):
    assert masking.mask_name(name) == shown


def test_an_address_keeps_its_road_but_no_number():
    assert masking.mask_address("滨河区幸福路12号502室") == "滨河区幸福路*号*室"


@pytest.mark.parametrize("private", ["13812345678", "3100102346", "320102199001011234", "幺三八幺二三四五六七八"])
def test_a_log_line_holds_no_whole_number(private):
    assert private not in masking.scrub(f"客户说{private}，谢谢")


@pytest.mark.parametrize("harmless", ["在 11月24日 15:12 到场", "单号 GZ202611240018", "2026-11-24T15:12:00+08:00"])
def test_dates_and_order_numbers_in_a_log_line_stay(harmless):
    assert masking.scrub(harmless) == harmless


@given(
    st.one_of(
        st.sampled_from(["yes_no", "phone", "month", "free"]).map(Expects),
        st.integers(1, 20).map(lambda n: Expects("digits", length=n)),
        st.lists(st.text(max_size=10)).map(lambda ids: Expects("choice", choices=tuple(ids))),
    )
)
def test_what_is_expected_survives_being_written_and_read(expected):
    assert expects.parse(str(expected)) == expected


@pytest.mark.parametrize("text", ["digits:x", "nonsense", "yes_no:1", "choice:{}"])
def test_an_unknown_expectation_is_refused(text):
    with pytest.raises(ValueError):
        expects.parse(text)


@pytest.mark.parametrize(
    "error",
    [errors.NotFound("x"), errors.Conflict("x", code="order_closed"), errors.TimedOut("x"), errors.NotAllowed("x")],
)
def test_an_error_is_the_same_error_on_the_other_side_of_the_wire(error):
    again = errors.from_problem(error.status, errors.to_problem(error))
    assert (type(again), again.code, again.retryable) == (type(error), error.code, error.retryable)


def test_rubbish_from_a_server_error_is_retryable():
    assert errors.from_problem(502, "<html>").retryable


def test_ids_sort_by_time_and_do_not_repeat():
    made = [ids.new_id("c") for _ in range(500)]
    assert len(set(made)) == 500
    assert all(i.startswith("c_") for i in made)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_different_parts_have_different_digests(one, two):
    assert (ids.digest(*one) == ids.digest(*two)) == (one == two)
