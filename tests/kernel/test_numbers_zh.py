"""What people say for numbers, both ways."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from kernel.numbers_zh import amount_of, digits_of, int_of, speak_digits, speak_int

SEED = 20261124


class TestDigitsOf:
    @pytest.mark.parametrize(
        ("said", "digits"),
        [
            ("三幺洞洞，幺洞二三四六", "3100102346"),
            ("幺三八幺二三四五六七八", "13812345678"),
            ("尾号四个八", "8888"),
            ("三个八两个零", "88800"),
            ("两零两六", "2026"),
            ("拐勾洞", "790"),
            ("１３８　1234", "1381234"),
            ("三一零零-幺零二 三四六", "3100102346"),
            ("杠三减四", "34"),
            ("壹贰叁", "123"),
            ("么三八", "138"),
        ],
    )
    def test_spoken_digits_become_figures(self, said, digits):
        assert digits_of(said) == digits

    @pytest.mark.parametrize("text", ["什么", "怎么办", "", "你好😀", "要么"])
    def test_words_without_a_number_give_nothing(self, text):
        assert digits_of(text) == ""

    def test_read_aloud_and_recognised_again_are_the_same_digits(self):
        dice = random.Random(SEED)
        for _ in range(3000):
            digits = "".join(dice.choice("0123456789") for _ in range(dice.randint(1, 16)))
            groups = tuple(dice.randint(1, 5) for _ in range(dice.randint(0, 4)))
            assert digits_of(speak_digits(digits, groups)) == digits


class TestSpeakDigits:
    def test_an_account_number_is_read_in_groups_with_yao_and_ling(self):
        assert speak_digits("3100102346", (3, 3, 4)) == "三幺零，零幺零，二三四六"

    def test_what_the_groups_leave_over_is_still_read(self):
        assert speak_digits("12345", (2,)) == "幺二，三四五"

    def test_short_digits_do_not_end_in_a_pause(self):
        assert speak_digits("12", (3, 4, 4)) == "幺二"


class TestIntOf:
    @pytest.mark.parametrize(
        ("said", "number"),
        [
            ("三百二十", 320),
            ("一百二", 120),
            ("两千五", 2500),
            ("一万二", 12000),
            ("一百零二", 102),
            ("十五", 15),
            ("廿三", 23),
            ("1.2万", 12000),
            ("3百", 300),
            ("二零二六", 2026),
            ("用了一百八十六度", 186),
            ("１２度", 12),
        ],
    )
    def test_a_number_is_understood(self, said, number):
        assert int_of(said) == number

    @pytest.mark.parametrize("text", ["没有", "三点五", "", "98.58"])
    def test_no_whole_number_is_none(self, text):
        assert int_of(text) is None

    def test_what_is_said_is_understood_again(self):
        dice = random.Random(SEED)
        numbers = [*range(12000), *(dice.randrange(10 ** dice.randint(1, 12)) for _ in range(4000))]
        assert [n for n in numbers if int_of(speak_int(n)) != n] == []


class TestSpeakInt:
    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (0, "零"),
            (10, "十"),
            (112, "一百一十二"),
            (200, "二百"),
            (2000, "两千"),
            (20022, "两万零二十二"),
            (-3, "负三"),
        ],
    )
    def test_numbers_are_said_as_people_say_them(self, number, said):
        assert speak_int(number) == said

    def test_too_large_a_number_is_refused(self):
        with pytest.raises(ValueError, match="too large"):
            speak_int(10**12)


class TestAmountOf:
    @pytest.mark.parametrize(
        ("said", "yuan"),
        [
            ("三百二十块五", "320.5"),
            ("一百二", "120"),
            ("98.58元", "98.58"),
            ("九十八元五角八分", "98.58"),
            ("一百零六元两角", "106.2"),
            ("五毛三", "0.53"),
            ("两块二毛五", "2.25"),
            ("¥1,234.50", "1234.5"),
            ("一百块钱", "100"),
            ("十块零五分", "10.05"),
            ("2千块", "2000"),
        ],
    )
    def test_an_amount_is_yuan(self, said, yuan):
        assert str(amount_of(said)) == yuan

    @pytest.mark.parametrize("text", ["块把钱", "两百多", "几十块", "百来块", "186度", "", "钱", "一百块左右"])
    def test_a_guess_is_no_amount(self, text):
        assert amount_of(text) is None

    def test_every_amount_read_aloud_is_the_same_money_again(self):
        from kernel.money import fen, speak_yuan

        dice = random.Random(SEED)
        for _ in range(3000):
            cents = dice.randrange(1, 10 ** dice.randint(2, 8))
            heard = amount_of(speak_yuan(cents))
            assert isinstance(heard, Decimal)
            assert fen(heard) == cents, speak_yuan(cents)
