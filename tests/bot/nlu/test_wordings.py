"""Services, symptoms, hurry and scope in words of the customer's own, standing on 2026-11-24 (domain/intents.md 2)."""

from __future__ import annotations

import pytest


class TestWhatNoListedWordingNames:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("给厂里的机器上电，想再要一台变压器", "增容"),
            ("门市不干了，这个表给我销了吧", "销户"),
            ("一台变压器先封存三个月", "暂停"),
            ("楼顶铺的板板这个月没发电", "光伏"),
            ("公司停车场想上六个快充", "充电桩"),
        ],
    )
    def test_a_service_is_implied(self, reader, text, value):
        assert reader.read(text).value("business_type") == value

    @pytest.mark.parametrize(
        ("text", "value"), [("堂屋有亮，睡屋没得亮", "部分停电"), ("我家灯泡跟萤火虫似的，来看看", "电压低")]
    )
    def test_a_symptom_is_implied(self, reader, text, value):
        assert reader.read(text).value("fault_symptom") == value

    def test_what_is_implied_is_shown_in_the_customers_own_words(self, reader):
        text = "公司停车场想上六个快充"
        found = next(e for e in reader.read(text).entities if e["entity"] == "business_type")
        assert found["text"] and found["text"] in text

    @pytest.mark.parametrize("text", ["电表黑屏了", "我户号忘了帮我查查", "充了一百块表还是断的"])
    def test_where_no_service_is_meant_none_is_implied(self, reader, text):
        assert reader.read(text).value("business_type") is None

    def test_a_service_that_is_not_wanted_is_none(self, reader):
        assert reader.read("我不是新装，是原来有户想过户").value("business_type") == "过户"


class TestHurry:
    @pytest.mark.parametrize(
        "text",
        ["请尽快安排装表", "师傅怎么还不来，急死我了", "赶紧给我转人工", "家里没电，快来修", "变压器着火了快来人"],
    )
    def test_is_read_wherever_it_is_said(self, reader, text):
        assert reader.read(text).value("urgency") == "急"

    def test_no_hurry_is_told_from_hurry(self, reader):
        assert reader.read("家里灯忽明忽暗，不着急，有空来看看").value("urgency") == "不急"

    @pytest.mark.parametrize("text", ["师傅说马上到，两个小时了影子都没有", "我马上交，给我链接", "催一下，能不能快点"])
    def test_a_promise_a_plan_and_the_wish_to_urge_itself_are_none(self, reader, text):
        assert reader.read(text).value("urgency") is None


class TestScope:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("只有我家没电，快派人来", "一户"),
            ("没电了，整个二单元都没有", "整栋"),
            ("半个小区没电", "整片"),
        ],
    )
    def test_how_far_it_reaches(self, reader, text, value):
        assert reader.read(text).value("scope") == value

    def test_what_it_is_not_confined_to_is_none(self, reader):
        assert reader.read("不是我一家停，整条街都没亮，什么原因").value("scope") == "整片"


class TestWaysToPay:
    @pytest.mark.parametrize(
        ("text", "value"),
        [("现金行不行，我要交电费", "现金"), ("微信公众号上交不了", "公众号"), ("工行代扣怎么签", "银行代扣")],
    )
    def test_the_one_that_is_meant(self, reader, text, value):
        assert reader.read(text).value("pay_channel") == value
