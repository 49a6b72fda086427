"""The numbered conformance cases of the simulator's specification, as far as this issue goes."""

from __future__ import annotations

import importlib

import pytest

from ivr.simulator import RedirectLoop, StrictWarning
from ivr.simulator.signature import sign
from ivr.simulator.wire import WireAnswer

app_module = importlib.import_module("tests.ivr.simulator.app")
ring, BASE = app_module.ring, app_module.BASE
PROMPT = '<Gather action="/g"><Say>按1</Say></Gather><Say>没有输入</Say>'
SPEECH = '<Gather input="speech" language="cmn-Hans-CN" speechTimeout="1" action="/g"/>'
BOTH = '<Gather input="dtmf speech" numDigits="1" action="/g"/>'


def codes(call) -> list[int]:
    return [line.code for line in call.debugger]


def finals(app) -> list[str]:
    return [g.form["CallStatus"] for g in app.got if g.path == "/status"]


class TestTheEndOfACall:
    def test_01_an_empty_document_ends_it(self):
        call, app = ring("")
        assert call.heard == [] and call.waiting_for == "ended"
        assert finals(app) == ["completed"]

    def test_02_a_document_that_runs_out_ends_it(self):
        call, app = ring("<Say>您好</Say>")
        assert call.heard == ["say:您好"]
        assert app.got[0].form["CallStatus"] == "ringing" and finals(app) == ["completed"]

    def test_03_a_rejected_call_was_never_answered(self):
        _, app = ring("<Reject/>")
        assert finals(app) == ["no-answer"] and app.last("/status").form["CallDuration"] == "0"
        assert app.paths() == ["/voice/in", "/status"]

    def test_04_a_rejected_call_may_be_busy(self):
        assert finals(ring('<Reject reason="busy"/>')[1]) == ["busy"]

    def test_05_hanging_up_at_once_still_answers(self):
        assert finals(ring("<Hangup/>")[1]) == ["completed"]

    def test_06_a_leading_pause_is_before_the_answer(self):
        call, app = ring('<Pause length="3"/><Say>a</Say>')
        assert call.transcript[0].at_ms == 3000
        assert app.last("/status").form["CallDuration"] == "1"


class TestRedirects:
    def test_07_nothing_after_a_redirect_runs(self):
        call, app = ring("<Say>a</Say><Redirect>/b</Redirect><Say>never</Say>", b="<Say>b</Say>")
        assert call.heard == ["say:a", "say:b"] and app.got[1].method == "POST"

    def test_08_a_get_is_signed_over_its_whole_url(self):
        _, app = ring('<Redirect method="GET">b?x=1</Redirect>')
        got = app.got[1]
        assert got.method == "GET" and got.url.startswith(f"{BASE}/voice/b?x=1&AccountSid=")
        assert got.headers["X-Twilio-Signature"] == sign(got.url, [], "1f0e2d3c4b5a69788796a5b4c3d2e1f0")

    def test_09_a_hundred_redirects_without_input_are_a_loop(self):
        with pytest.raises(RedirectLoop):
            ring("<Redirect/>")

    @pytest.mark.parametrize(
        ("reference", "target"),
        [
            ("/menu", "/menu"),
            ("menu", "/voice/menu"),
            ("../next", "/next"),
            ("?step=2", "/voice/in?step=2"),
            ("https://ivr.example.com/a", "/a"),
        ],
    )
    def test_relative_urls_go_by_the_document(self, reference, target):
        _, app = ring(
            [f"<Redirect>{reference}</Redirect>", ""]
            if target.startswith("/voice/in")
            else f"<Redirect>{reference}</Redirect>"
        )
        assert app.got[1].url == BASE + target


class TestKeys:
    def test_10_silence_falls_through_without_a_request(self):
        call, app = ring(PROMPT)
        call.wait(6)
        assert call.heard == ["say:按1", "say:没有输入"] and "/g" not in app.paths()

    def test_11_keys_end_after_five_seconds(self):
        call, app = ring(PROMPT)
        call.press("12")
        assert "/g" not in app.paths()
        call.wait(5)
        assert (app.last("/g").form["Digits"], app.last("/g").form["FinishedOnKey"]) == ("12", "")

    def test_12_the_hash_ends_them_at_once(self):
        call, app = ring(PROMPT)
        call.press("12#")
        form = app.last("/g").form
        assert (form["Digits"], form["FinishedOnKey"], form["msg"]) == ("12", "#", "Gather End")

    def test_13_the_hash_alone_is_no_input(self):
        call, app = ring(PROMPT)
        call.press("#")
        assert call.heard[-1] == "say:没有输入" and "/g" not in app.paths()

    def test_14_a_key_cuts_the_prompt(self):
        call, app = ring('<Gather action="/g"><Say>一二三四五六七八九十</Say><Say>never</Say></Gather>')
        call.wait(1).press("1")
        call.wait(5)
        assert call.heard == ["say:一二三四五六七八九十"] and app.last("/g").form["Digits"] == "1"

    def test_15_enough_digits_end_it(self):
        call, app = ring('<Gather numDigits="1" action="/g"/>')
        call.press("7")
        assert app.last("/g").form["Digits"] == "7"

    def test_16_too_few_digits_wait(self):
        call, app = ring('<Gather numDigits="4" action="/g"/>')
        call.press("12").wait(5)
        assert app.last("/g").form["Digits"] == "12"

    def test_17_another_key_may_end_it(self):
        call, app = ring('<Gather finishOnKey="*" action="/g"/>')
        call.press("1#2*")
        assert app.last("/g").form["Digits"] == "1#2"

    def test_18_without_an_end_key_all_keys_are_data(self):
        call, app = ring('<Gather finishOnKey="" numDigits="3" action="/g"/>')
        call.press("1#*")
        assert app.last("/g").form["Digits"] == "1#*"

    def test_19_a_shorter_wait_falls_through_sooner(self):
        call, app = ring('<Gather timeout="2" action="/g"/><Redirect>/n</Redirect>')
        call.wait(2)
        assert "Digits" not in app.last("/n").form and app.last("/n").form["CallStatus"] == "in-progress"

    def test_20_an_empty_result_is_sent_when_asked_for(self):
        call, app = ring('<Gather actionOnEmptyResult="true" action="/g"/>')
        call.wait(5)
        assert app.last("/g").form.get("Digits", "") == ""

    def test_21_without_action_the_document_is_asked_again(self):
        call, app = ring(["<Gather/>", ""])
        call.press("5#")
        assert app.got[1].path == "/voice/in" and app.got[1].form["Digits"] == "5"

    def test_22_hanging_up_sends_only_the_status(self):
        call, app = ring('<Gather action="/g"/>')
        call.press("1").hangup()
        assert "/g" not in app.paths() and finals(app) == ["completed"]


class TestSpeech:
    def test_23_an_utterance_comes_a_second_after_its_end(self):
        call, app = ring(SPEECH)
        call.speak("我要报修")
        assert "/g" not in app.paths()
        call.wait(1)
        form = app.last("/g").form
        assert (form["SpeechResult"], form["Confidence"]) == ("我要报修", "0.92")

    def test_24_confidence_may_be_missing(self):
        call, app = ring(SPEECH)
        call.speak("我要报修", confidence=None).wait(1)
        assert "Confidence" not in app.last("/g").form

    def test_25_keys_first_means_keys_only(self):
        call, app = ring(BOTH)
        call.press("2")
        assert app.last("/g").form["Digits"] == "2" and "SpeechResult" not in app.last("/g").form

    def test_26_speech_first_means_speech_only(self):
        call, app = ring(BOTH)
        call.speak("报修").press("#").wait(5)
        assert app.last("/g").form["SpeechResult"] == "报修" and "Digits" not in app.last("/g").form

    def test_27_partial_results_are_told_and_their_answers_ignored(self):
        call, app = ring('<Gather input="speech" partialResultCallback="/p" action="/g"/>', p="<Say>never</Say>")
        call.speak("我要报修", partials=["我", "我要"]).wait(5)
        assert [g.form["SequenceNumber"] for g in app.got if g.path == "/p"] == ["0", "1"]
        assert "say:never" not in call.heard and app.last("/g").form["SpeechResult"] == "我要报修"

    def test_28_a_model_without_chinese_skips_the_verb(self):
        verb = '<Gather input="speech" speechModel="phone_call" language="cmn-Hans-CN" action="/g"/><Say>x</Say>'
        call, _ = ring(verb)
        assert 13343 in codes(call) and call.heard == ["say:x"]

    def test_29_auto_with_a_model_is_warned_of(self):
        call, _ = ring('<Gather speechModel="default" speechTimeout="auto" input="speech" action="/g"/>')
        assert 13335 in codes(call) and call.waiting_for == "gather"


class TestTheWire:
    def test_30_an_http_redirect_loses_the_digits(self):
        call, app = ring('<Gather action="/g"/>', g=WireAnswer(status=302, location="/h"), h="<Say>h</Say>")
        call.press("1#")
        assert app.last("/h").method == "GET" and "Digits" not in app.last("/h").url and call.heard == ["say:h"]

    def test_49_verbs_know_their_case(self):
        call, _ = ring("<say>x</say>")
        assert 12200 in codes(call) and call.heard == []
        with pytest.raises(StrictWarning):
            ring("<say>x</say>", line_strict=True)

    @pytest.mark.parametrize(
        ("case", "answer", "code"),
        [
            (50, WireAnswer(body=b"<Resp/>"), 12102),
            (51, WireAnswer(body=b"<Response><Say>A & B</Say></Response>"), 12100),
            (52, WireAnswer(status=500, body=b"x"), 11200),
            (53, WireAnswer(body=b"<Response/>", took_s=16), 11205),
            (55, WireAnswer(body=b"x" * 70_000), 11750),
            (56, WireAnswer(content_type="application/json", body=b"{}"), 12300),
        ],
    )
    def test_50_to_56_what_cannot_be_run_ends_the_call(self, case, answer, code):
        call, app = ring(answer)
        assert codes(call) == [code] and call.heard == ["error-announcement"] and finals(app) == ["completed"]

    def test_52_with_a_fallback_its_document_runs(self):
        call, app = ring(WireAnswer(status=500), fallback="<Say>f</Say>", line_fallback_url=f"{BASE}/fallback")
        assert call.heard == ["say:f"] and app.last("/fallback").form["ErrorCode"] == "11200"

    def test_54_retries_keep_their_token_and_the_fragment_is_not_signed(self):
        answers = [WireAnswer(status=503), WireAnswer(status=503), "<Say>a</Say>"]
        call, app = ring(answers, line_voice_url=f"{BASE}/voice/in#rp=5xx&rc=2")
        tries = [g for g in app.got if g.path == "/voice/in"]
        assert len(tries) == 3 and len({g.headers["I-Twilio-Idempotency-Token"] for g in tries}) == 1
        assert all("#" not in g.url for g in tries) and call.heard == ["say:a"]

    def test_57_plain_text_is_read_aloud(self):
        call, _ = ring(WireAnswer(content_type="text/plain", body="欢迎".encode()))
        assert call.heard == ["say:欢迎"]

    def test_58_cookies_come_back(self):
        first = WireAnswer(body=b'<Response><Gather action="/g"/></Response>', set_cookie=("a=1; Path=/",))
        call, app = ring(first)
        call.press("1#")
        assert app.last("/g").headers["Cookie"] == "a=1"

    def test_unknown_and_blank_parameters_are_always_there(self):
        _, app = ring("")
        assert app.got[0].form["FutureParam"] == "1" and app.got[0].form["FromCity"] == ""


class TestRecording:
    RECORD = '<Record action="/r" maxLength="30"/>'

    def test_31_a_key_ends_a_recording(self):
        call, app = ring(self.RECORD)
        call.speak("留言", lasts_s=4).press("#")
        form = app.last("/r").form
        assert call.heard[0] == "beep" and (form["RecordingDuration"], form["Digits"]) == ("4", "#")

    def test_32_hanging_up_still_tells_of_it(self):
        call, app = ring('<Record action="/r" recordingStatusCallback="/rs"/>', r="<Say>never</Say>")
        call.speak("留言").hangup()
        form = app.last("/r").form
        assert (form["Digits"], form["CallStatus"]) == ("hangup", "completed") and "say:never" not in call.heard
        assert app.last("/rs").form["RecordingStatus"] == "completed"

    def test_33_without_action_the_document_is_asked_again(self):
        call, app = ring(["<Record/><Say>never</Say>", ""])
        call.speak("留言").wait(5)
        assert "RecordingUrl" in app.got[1].form and "say:never" not in call.heard


class TestDialling:
    DIAL = '<Dial action="/d" timeout="10"><Number>+8610</Number></Dial>'

    def test_41_nobody_answers(self):
        call, app = ring(self.DIAL)
        call.wait(15)
        assert (
            app.last("/d").form["DialCallStatus"] == "no-answer" and app.last("/d").form["CallStatus"] == "in-progress"
        )
