"""One look into the knowledge for an action, and how an answer is said: with what it rests on and since when."""

from __future__ import annotations

from datetime import date

from rasa_sdk.executor import CollectingDispatcher

from actions import services, speaking
from clients.knowledge.protocol import Answer
from kernel.errors import ServiceError

# The sources that entries name, in words for a customer; any other source is said as it was written.
BASIS = {"种子": "供电服务规范", "公开": "国家和行业公开规定", "设定": "本公司公布的规定", "": "本公司公布的规定"}


async def best_answer(question: str) -> Answer | None:
    """The entry that answers the question with a clear margin; None when unsure or the search is off."""
    try:
        found = await services.knowledge().search(question, limit=3)
    except ServiceError:
        return None
    return found.results[0] if found.decision == "answer" and found.results else None


def say_answer(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """The answer with its basis and its days; the ear hears the spoken answer alone."""
    days = "".join((_day(answer.valid_from, "起执行"), _day(answer.valid_to, "止")))
    speaking.say(
        dispatcher,
        "utter_knowledge",
        answer=answer.answer_text,
        answer_spoken=answer.answer_voice,
        basis=BASIS.get(answer.source, answer.source),
        days=days,
    )


def _day(day: date | None, what: str) -> str:
    return f"，{day.year}年{day.month}月{day.day}日{what}" if day else ""
