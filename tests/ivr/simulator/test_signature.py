"""The vectors V1–V10 of the channel facts, computed with Twilio's own library."""

import pytest

from ivr.simulator.signature import sign, signed_url, url_for_json

KEY = "1f0e2d3c4b5a69788796a5b4c3d2e1f0"
BASE = {
    "AccountSid": "ACfedcba9876543210fedcba9876543210",
    "CallSid": "CA0123456789abcdef0123456789abcdef",
    "CallStatus": "in-progress",
    "From": "+8613800138000",
    "To": "+14155550100",
}
SPEECH = {
    **BASE,
    "ApiVersion": "2010-04-01",
    "Called": "+14155550100",
    "Caller": "+8613800138000",
    "Confidence": "0.9217",
    "Direction": "inbound",
    "SpeechResult": "我要查询上个月的电费",
    "msg": "Gather End",
}


def test_the_example_of_the_security_guide_is_signed_as_printed():
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    assert sign("https://example.com/myapp.php?foo=1&bar=2", form, "12345") == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_mandarin_speech_a_lower_case_key_and_a_query_are_signed():
    url = "https://ivr.example.com/voice/gather?step=menu&lang=zh"
    assert sign(url, SPEECH, KEY) == "UtOJ3oXsDcCdPU0vLMV+SGb/Loo="


def test_json_bodies_are_signed_by_their_hash():
    body = b'{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}'
    assert sign(url_for_json("https://example.com/myapp", body), [], "12345") == "hPXmLwIy3Fgqv1i9KPmH/HhQ6zo="
    chinese = '{"text":"停电报修","n":1}'.encode()
    url = url_for_json("https://ivr.example.com/events?tenant=1", chinese)
    assert sign(url, [], KEY) == "8cLowk3cjvnTWQVI5Ei3YXOiCsI="


def test_blank_values_count():
    form = {**BASE, "Digits": "", "FinishedOnKey": ""}
    assert sign("https://ivr.example.com/voice/gather", form, KEY) == "I9QfsHLNh2DX/47XvFtTIYVNzTY="


def test_a_get_is_signed_over_its_query_alone():
    url = (
        "https://ivr.example.com/voice/queue?CallSid=CA0123456789abcdef0123456789abcdef&SpeechResult=%E6%8A%A5%E4%BF%AE"
    )
    assert sign(url, [], KEY) == "fK9i0K5QIXHPQv0VPFPkARV8N6E="


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://ivr.example.com/voice", "Pw2RaDRGW6O/RwuMcNuthlJCu6k="),
        ("https://ivr.example.com:443/voice", "8Acgc5JSWu9wtHCxmLauIo/u2CI="),
        ("https://ivr.example.com:8443/voice", "8lMl163qPBIrKEnYBHDTefh+E9k="),
        ("http://ivr.example.com/voice", "f2M4kJAlFjyFbx3qGX7nsHd2QDQ="),
        ("http://ivr.example.com:8080/voice", "x1z/ajbCv3+JAch+jur0gjS7iMo="),
    ],
)
def test_the_port_is_part_of_what_is_signed(url: str, signature: str):
    assert sign(url, {"CallSid": "CA0123456789abcdef0123456789abcdef"}, KEY) == signature


def test_voice_drops_the_port_over_https_the_credentials_and_the_fragment():
    assert signed_url("https://u:p@ivr.example.com:8443/voice?a=1#rc=2") == "https://ivr.example.com/voice?a=1"
    assert signed_url("http://ivr.example.com:8080/voice") == "http://ivr.example.com:8080/voice"


def test_web_socket_handshakes_are_signed_with_and_without_the_slash():
    assert sign("wss://ivr.example.com/relay", [], KEY) == "WfCqZLjblQKvYSNQyfFXce0dBwQ="
    assert sign("wss://ivr.example.com/relay/", [], KEY) == "or66VIe83hXBwKUQ5u1sKtg0vzA="


def test_the_newer_hash_signs_the_same_string():
    form = {"CallSid": "CA0123456789abcdef0123456789abcdef"}
    signed = sign("https://ivr.example.com/voice", form, KEY, algorithm="sha256")
    assert signed == "CCF7Gc5+ztOvyD2y7isz46msmLD8j0wc60GRMK0Dj3Y="


def test_repeated_names_are_signed_once_a_value():
    form = [("A", "2"), ("A", "1"), ("A", "1"), ("B", "x")]
    assert sign("https://ivr.example.com/x", form, KEY) == "Ue0dAIkHvjx53PKiFy7j+svobtc="
