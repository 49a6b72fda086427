"""What people mean by 上个月 and 下周一, standing on Tuesday 2026-11-24."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from kernel.dates_zh import month_of, period_of, periods_in, speak_date, speak_duration, speak_time, text_date
from kernel.numbers_zh import speak_digits

TODAY = date(2026, 11, 24)

VALUES = """
上个月 2026-10 | 这个月 2026-11 | 下个月 2026-12 | 上上个月 2026-09 | 上各月 2026-10 | 昨天 2026-11-23
昨晚 2026-11-23
大前天 2026-11-21 | 今天上午 2026-11-24 | 明儿早上 2026-11-25 | 上周五 2026-11-20 | 下周一 2026-11-30
这周三 2026-11-25 | 上周 2026-11-16/2026-11-22 | 这个周末 2026-11-28/2026-11-29 | 近三个月的电费 2026-08/2026-10
最近半年 2026-05/2026-10
近一年 2025-11/2026-10 | 夏天 2026-06/2026-08 | 去年夏天 2025-06/2025-08 | 冬天 2025-12/2026-02 | 10月的电费 2026-10
12月的账单 2025-12 | 12月会停电吗 2026-12 | 11月电费 2026-11 | 2026年10月 2026-10 | 二零二五年三月 2025-03
2025年3月到5月 2025-03/2025-05 | 去年3月到5月 2025-03/2025-05 | 1到3月 2026-01/2026-03 | 七八月份 2026-07/2026-08
10月1号到10月31号 2026-10-01/2026-10-31 | 11月20到25号 2026-11-20/2026-11-25 | 上个月15号 2026-10-15
26号上午来装 2026-11-26 | 周三停的电 2026-11-18 | 周三过来 2026-11-25 | 三天前 2026-11-21 | 2026-10 2026-10
2026/10/3 2026-10-03 | 25年10月 2025-10 | 上季度 2026-07/2026-09 | 去年下半年 2025-07/2025-12 | 去年 2025 | 2025年 2025
元旦停电吗 2027-01-01 | 国庆的电费 2026-10-01 | 十一月二十四号 2026-11-24 | 两个月前 2026-09
十月到十二月 2025-10/2025-12
"""
CASES = [tuple(case.strip().rsplit(" ", 1)) for line in VALUES.strip().splitlines() for case in line.split("|")]


class TestPeriodOf:
    @pytest.mark.parametrize(("said", "value"), CASES)
    def test_a_period_has_its_value(self, said, value):
        assert period_of(said, TODAY) == value

    @pytest.mark.parametrize(
        "text", ["刚才", "现在", "前几天", "过年", "三个月没抄表了", "3号楼", "解放路3号", "三点", "月饼", "", "95598"]
    )
    def test_vague_times_and_house_numbers_are_no_period(self, text):
        assert period_of(text, TODAY) is None

    def test_the_caller_may_say_that_it_lies_ahead(self):
        assert period_of("10月", TODAY, ahead=True) == "2027-10"
        assert period_of("10月", TODAY, ahead=False) == "2026-10"

    def test_two_months_joined_by_and_are_two_periods(self):
        assert [p.value for p in periods_in("9月份和10月份的账单", TODAY)] == ["2026-09", "2026-10"]

    def test_two_months_said_one_after_the_other_are_no_day_of_the_first(self):
        assert [p.value for p in periods_in("九月十月的电费", TODAY)] == ["2026-09", "2026-10"]

    def test_a_period_points_at_its_words(self):
        text = "麻烦查一下上个月的电费"
        found = periods_in(text, TODAY)[0]
        assert text[found.start : found.end] == "上个月"

    def test_an_impossible_date_is_not_invented(self):
        assert period_of("2026年2月30日", TODAY) != "2026-02-30"

    def test_every_day_said_aloud_is_the_same_day_again(self):
        for back in range(900):
            day = TODAY - timedelta(days=back)
            said = speak_digits(str(day.year)).replace("幺", "一") + "年" + speak_date(day)
            assert period_of(said, TODAY) == day.isoformat(), said
            assert period_of(f"{day.year}年{text_date(day)}", TODAY) == day.isoformat()

    def test_the_value_follows_the_day_of_asking(self):
        assert period_of("上个月", date(2027, 1, 5)) == "2026-12"


class TestMonthOf:
    @pytest.mark.parametrize(
        ("said", "month"),
        [("202609", "2026-09"), ("十", "2026-10"), ("12", "2025-12"), ("查9月", "2026-09"), ("昨天", "2026-11")],
    )
    def test_a_month_is_understood(self, said, month):
        assert month_of(said, TODAY) == month

    @pytest.mark.parametrize("said", ["13", "随便", "去年", ""])
    def test_no_single_month_is_none(self, said):
        assert month_of(said, TODAY) is None


class TestSpeaking:
    @pytest.mark.parametrize(
        ("at", "said"),
        [
            (time(15, 30), "下午三点半"),
            (time(0, 35), "夜里十二点三十五分"),
            (time(9, 5), "上午九点零五分"),
            (time(14, 0), "下午两点"),
            (time(12, 0), "中午十二点"),
            (time(22, 15), "晚上十点十五分"),
        ],
    )
    def test_a_time_of_day(self, at, said):
        assert speak_time(at) == said

    @pytest.mark.parametrize(
        ("minutes", "said"), [(40, "四十分钟"), (2, "两分钟"), (60, "一小时"), (85, "一小时二十五分"), (120, "两小时")]
    )
    def test_a_duration(self, minutes, said):
        assert speak_duration(minutes) == said

    def test_a_date_carries_its_year_only_across_years(self):
        assert speak_date(TODAY, today=TODAY) == "十一月二十四号"
        assert speak_date(date(2027, 1, 2), today=TODAY) == "二零二七年一月二号"
