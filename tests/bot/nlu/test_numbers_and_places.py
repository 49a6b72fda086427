"""What is read out of a sentence beside its intent, standing on 2026-11-24: values as in domain/intents.md 2."""

from __future__ import annotations

import pytest


class TestNumbersAsPeopleSayThem:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("户号三幺洞洞拐两勾四五六，看看欠多少", "3100729456"),
            ("查电费我户号是三一零零 幺零二 三四六", "3100102346"),
            ("嗯我的户号呢是三一零零嗯二零五啊一七二", "3100205172"),
            ("户号一零一零三个八二三九查一下余额", "1010888239"),
            ("那个号是三一零零，对，三三四，然后是四五五", "3100334455"),
            ("3100-2233-45这户欠多少", "3100223345"),
        ],
    )
    def test_an_account_number_with_pauses_and_fillers(self, reader, text, value):
        assert reader.read(text).value("account_no") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [("一零零二", "1002"), ("对，三四五", "345"), ("然后是二三四六", "2346"), ("204 517", "204517")],
    )
    def test_a_number_told_over_several_turns_gives_its_digits_each_turn(self, reader, text, value):
        assert reader.read(text).value("digits") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("手机尾号六六八八那个，不急", "6688"),
            ("我只记得后面几位，好像是七七四二", "7742"),
            ("我找工号0352", "0352"),
        ],
    )
    def test_a_part_of_a_number_or_a_badge_gives_its_digits(self, reader, text, value):
        assert reader.read(text).value("digits") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("电表资产编号是 43 0012 3456 7890，黑屏", "43001234567890"),
            ("电表0012349876一直亮红灯", "0012349876"),
            ("三三零一零零零零五六这块表倒着走", "3301000056"),
        ],
    )
    def test_a_meter_by_the_words_around(self, reader, text, value):
        assert reader.read(text).value("meter_no") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("回电到座机零七三幺八八二二三三四四", "073188223344"),
            ("手机一五九三个七八零零幺二", "15977780012"),
            ("回我8822 3344这个座机", "88223344"),
        ],
    )
    def test_a_telephone_said_or_typed(self, reader, text, value):
        assert reader.read(text).value("phone") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("GZ 2026 1120 0031 这单现在谁在处理", "GZ202611200031"),
            ("受理编号TS-20261119-0007，三天了没人理", "TS202611190007"),
            ("报修单号 g z 2 0 2 6 1 1 2 4 0 0 2 2", "GZ202611240022"),
        ],
    )
    def test_an_order_number_with_blanks(self, reader, text, value):
        assert reader.read(text).value("ticket_no") == value

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("一百二我早就交了", "120"),
            ("充了五十到现在没到账", "50"),
            ("两千五的电费谁信啊", "2500"),
            ("怎么扣了我1,286.40元", "1286.4"),
            ("单子上写的五百六十八点七，我不认", "568.7"),
            ("账单上128.5是什么费", "128.5"),
            ("七月份收我三百八，怎么回事", "380"),
        ],
    )
    def test_money_without_its_unit(self, reader, text, value):
        assert reader.read(text).value("amount") == value

    @pytest.mark.parametrize(
        "text",
        ["一个月才用几十块，这次一百多", "用了三百二十度", "大概一百来块的样子吧", "表箱里十二块表", "申请装电表一块"],
    )
    def test_a_guess_an_energy_or_a_count_is_no_amount(self, reader, text):
        assert reader.read(text).value("amount") is None


class TestPlacesNoListHolds:
    @pytest.mark.parametrize(
        ("text", "entity", "value"),
        [
            ("金桂花园12栋一单元1503没电了", "community", "金桂花园12栋"),
            ("金桂花园12栋一单元1503没电了", "room", "1-1503"),
            ("我住云栖小镇七幢二零三跳闸了推不上去", "community", "云栖小镇7幢"),
            ("新开铺路241弄6号一楼漏电", "address", "新开铺路241弄6号"),
            ("麻烦到韶山北路139号文化大厦来一趟没电了", "community", "文化大厦"),
            ("星城世家十一栋二零四电表不走字", "community", "星城世家11栋"),
            ("户主是周德贵，要改成周小军", "person_name", "周德贵"),
            ("想把电表过到我儿子马晓东名下", "person_name", "马晓东"),
            ("我叫伍思远，查一下我的户号", "person_name", "伍思远"),
            ("表扬供电所老程，下着雨爬杆子", "person_name", "老程"),
            ("谢谢胡师傅，再见", "person_name", "胡师傅"),
            ("枫林绿洲停电了啥时候来", "community", "枫林绿洲"),
            ("荷叶塘工业园计划停电安排麻烦发一份", "community", "荷叶塘工业园"),
            ("解放西路二十三号附六号停电", "address", "解放西路23号附6号"),
        ],
    )
    def test_a_place_or_a_name_never_seen(self, reader, text, entity, value):
        assert reader.read(text).value(entity) == value

    @pytest.mark.parametrize(
        "text", ["一条街的店都没电", "线掉在水田里了", "我们小区没电了", "11月25号到27号小区会停电吗"]
    )
    def test_what_names_no_place_is_none(self, reader, text):
        answer = reader.read(text)
        assert (answer.value("community"), answer.value("address")) == (None, None)


class TestValuesTakenBack:
    @pytest.mark.parametrize(
        ("text", "entity", "values"),
        [
            ("户号报错了，不是3100204517是3100204571", "account_no", ["3100204571"]),
            ("不是九月，是十月的", "period", ["2026-10"]),
            ("不是翠竹苑，是翠竹园", "community", ["翠竹园"]),
            ("电话错了，不是13812340000，是139 1234 5678", "phone", ["13912345678"]),
        ],
    )
    def test_only_the_new_value_counts(self, reader, text, entity, values):
        found = [e["value"] for e in reader.read(text).entities if e["entity"] == entity]
        assert found == values


class TestDays:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("十二月的电费是多少来着", "2025-12"),
            ("12月1号有计划停电吗", "2026-12-01"),
            ("从三月到六月一共交了多少电费", "2026-03/2026-06"),
            ("近半年的用电量给我一份", "2026-05/2026-10"),
            ("今年夏天电费加起来多少", "2026-06/2026-08"),
            ("上周三报的修还没人来", "2026-11-18"),
            ("国庆那几天的电费怎么那么高", "2026-10-01"),
            ("元旦营业厅开门么", "2027-01-01"),
        ],
    )
    def test_a_month_or_day_lies_where_the_sentence_puts_it(self, reader, text, value):
        assert reader.read(text).value("period") == value


class TestOneIntentsEntitiesAreNotAnothers:
    @pytest.mark.parametrize(
        ("text", "entity"),
        [
            ("你们公众号太难用了，建议改进一下", "pay_channel"),
            ("哪里有24小时的自助交费机", "pay_channel"),
            ("我要投诉过户办得太慢", "business_type"),
        ],
    )
    def test_a_word_that_is_not_meant_as_one_is_none(self, reader, text, entity):
        assert reader.read(text).value(entity) is None
