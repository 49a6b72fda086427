"""What the bot says: for the eye and for the ear."""

from __future__ import annotations

from tests.bot.inside import inside

CODE = """
from rasa.shared.core.domain import Domain
from bot.nlg import TextAndSpeech
nlg = TextAndSpeech()
nlg.responses = {
    'utter_bill': [{'text': '应交 {amount} 元，户号 {account}。'}, {'text': '应交{amount}。', 'channel': 'ivr'}],
    'utter_plain': [{'text': '好的，请稍等。'}],
    'utter_number': [{'text': '9:30 到，共 3 人。'}],
    'utter_by_level': [{'text': '请先核对身份。'},
        {'text': '您好，{name}。', 'condition': [{'type': 'slot', 'name': 'level',
    'value': 'L2'}]}],
    'utter_buttons': [{'text': '要办吗？',
        'buttons': [{'title': '办 {what}', 'payload': '/affirm'}], 'metadata':
    {'expects': 'yes_no'}}],
    'utter_braces': [{'text': '{said}'}],
}
answer({
    'bill': nlg.message('utter_bill', {
        'amount': '98.58', 'amount_spoken': '九十八元五角八分', 'account': '3100102346'}),
    'plain': nlg.message('utter_plain', {}),
    'number': nlg.message('utter_number', {}),
    'unknown': nlg.message('utter_nothing', {}),
    'low': nlg.message('utter_by_level', {'level': None})['text'],
    'high': nlg.message('utter_by_level', {'level': 'L2', 'name': '王*明'})['text'],
    'missing': nlg.message('utter_by_level', {'level': 'L2'})['text'],
    'buttons': nlg.message('utter_buttons', {'what': '过户'}),
    'braces': nlg.message('utter_braces', {'said': '{secret} {0.__class__}', 'secret': 'x'})['text'],
})
"""


class TestMessage:
    def test_every_way_of_saying(self) -> None:
        said = inside(CODE)
        assert said["bill"]["text"] == "应交 98.58 元，户号 3100102346。"
        assert said["bill"]["speech"] == "应交九十八元五角八分。"
        assert said["plain"] == {"text": "好的，请稍等。"}
        assert not any(c.isascii() and c.isalnum() for c in said["number"]["speech"])
        assert said["unknown"] is None
        assert said["low"] == "请先核对身份。" and said["high"] == "您好，王*明。"
        assert said["missing"] == "您好，。"
        assert said["buttons"]["buttons"] == [{"title": "办 过户", "payload": "/affirm"}]
        assert said["buttons"]["metadata"] == {"expects": "yes_no"}
        assert said["braces"] == "{secret} {0.__class__}"
