import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.speech import speak_order_no, speakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10 月电费 98.58 元，用电 186 度", "十月电费九十八元五角八分，用电一百八十六度"),
        ("10月1日至31日", "十月一号至三十一号"),
        ("抢修 15:12 前到场", "抢修下午三点十二分前到场"),
        ("9:00-11:00 停电", "上午九点到上午十一点停电"),
        ("离开 8 米以上", "离开八米以上"),
        ("打 120。", "打幺二零。"),
        ("户号 3100102346", "户号三幺零，零幺零，二三四六"),
        ("电话 139****2207。对吗？", "电话尾号二二零七。对吗？"),
        ("翠湖花园3号楼2单元402，全屋停电", "翠湖花园三号楼二单元四零二，全屋停电"),
        ("上网 7%", "上网百分之七"),
        ("单号 GZ202611240018。", "单号报修单，二零二六，幺幺，二四，零零幺八。"),
        ("户号尾号 2346 的用电地址", "户号尾号二三四六的用电地址"),
        ("186", "一百八十六"),
        ("2160", "两千一百六十"),
        ("翠湖花园3栋402", "翠湖花园三栋四零二"),
        ("好的", "好的"),
    ],
)
def test_text_is_said_as_etiquette_13_says(text, said):
    assert speakable(text) == said


@given(st.text(max_size=80))
def test_whatever_is_written_nothing_unsayable_is_left(text):
    assert not re.search(r"[A-Za-z0-9<>*#@]", speakable(text))


def test_an_order_number_is_read_kind_first_then_date_then_running_number():
    assert speak_order_no("GZ202611240012") == "报修单，二零二六，幺幺，二四，零零幺二"
