"""What neither answers a question nor leaves the task: wait, why do you ask, how long will it take.

Patterns, for inside a form the words are few and the cost of a wrong guess is a wrong answer. Standard library only.
"""

from __future__ import annotations

import re

_WAIT = re.compile(
    r"^(好的?|嗯|哦|行|那|哎)*[，, ]?(你|您|请)?(先)?"
    r"(等(一?下|一会儿?|会儿?|等|我)|稍等|别挂|别急|慢着|待会|且慢|马上|我(先|去|来|得)*(找|看|问|翻|拿|瞧|瞅|查|想)|让我(先)?(找|看|问|想|翻)|容我|找一?下)"
    r"(?!.*[0-9零一二三四五六七八九]{3}).{0,12}$"
)
_WHY = re.compile(
    r"(为(什么|啥|何)|干嘛|干啥|凭(什么|啥)|咋|怎么).{0,8}(要|问|得|需要|必须|提供|给你|报|留|核对|验证|告诉)|"
    r"(要|问)(我)?(这个|这些|那么多|这么多|户号|地址|电话|手机|号码|身份|验证码|后四位)?.{0,3}(干什么|干嘛|做什么|干啥|有什么用|有啥用|作甚|搞么事)|"
    r"(一定|必须|非)(要|得).{0,10}(吗|么|嘛|不可)|不(给|说|报|留|提供).{0,6}(行不行|可以吗|行吗|不行吗|能办吗)|^为(什么|啥)[？?。]?$|问.{0,4}(干什么|干嘛|做什么|干啥)"
)
_HOW_LONG = re.compile(
    r"(先说|你说|您说|说说|那|大概|一般|大约|到底|请问)?.{0,6}(要|得|需要|需|还要|等)(等)?(多久|多长时间|好久|几天|几个小时|多少天|多少时间)|"
    r"(多久|几天|什么时候|啥时候|好久|几点)(才)?(能|会|可以)?(到|修好|来人|上门|办好|办完|有结果|回复|弄好|修得好)|(快|多快)(吗|能到|能来)"
)
_YES = re.compile(
    r"^(对|是|好|行|可以|要|嗯|成|中|得|系|确定|帮我|麻烦|查一?下|办吧?|登记|没问题|当然|ok|OK)(?!.{0,3}(不|别|没))"
)
_NO = re.compile(r"^(不|别|没|算了|先不|暂时不|唔|冇|莫)")
SHORT = 24  # signs: an aside is short, a long sentence tells something


def aside(text: str) -> str | None:
    """The action that deals with it, None when these words are no aside."""
    if not text or len(text) > SHORT:
        return None
    if _WHY.search(text):
        return "action_say_why"
    if _HOW_LONG.search(text):
        return "action_say_how_long"
    return "action_wait" if _WAIT.search(text) else None


def says_yes(text: str, intent: str) -> bool:
    """The answer to an offer; `intent` counts for buttons and words no pattern knows."""
    return not says_no(text, "") and (intent == "affirm" or bool(_YES.search(text)))


def says_no(text: str, intent: str) -> bool:
    return intent == "deny" or bool(_NO.search(text))
