"""The Conversation API as a partner sees it."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import httpx
import pytest
import websockets

from kit.auth import sign
from tests.web.serving import Site


def _open(client: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/conversations", json={"channel": "web", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def _bearer(talk: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {talk['visitor_token']}"}


def _say(client: httpx.Client, talk: dict[str, Any], wait: int | None = 8, **body: Any) -> httpx.Response:
    body = {"message_key": secrets.token_hex(8), **body}
    params = {} if wait is None else {"wait": wait}
    url = f"/v1/conversations/{talk['conversation_id']}/messages"
    return client.post(url, json=body, headers=_bearer(talk), params=params)


def _read(client: httpx.Client, talk: dict[str, Any], after: int = 0) -> dict[str, Any]:
    url = f"/v1/conversations/{talk['conversation_id']}/messages"
    return dict(client.get(url, params={"after": after}, headers=_bearer(talk)).json())


@pytest.fixture
def client(site: Site):
    with site.client() as made:
        yield made


class TestTalking:
    def test_a_visitor_opens_is_greeted_and_answered(self, client: httpx.Client) -> None:
        talk = _open(client)
        assert "小电" in talk["messages"][0]["parts"][0]["text"]
        answer = _say(client, talk, text="查电费")
        assert answer.status_code == 200
        turn = answer.json()
        assert turn["owner"] == "bot" and turn["expects"] == "digits:10" and turn["done"]
        assert [m["author"] for m in turn["messages"]] == ["bot"]
        assert set(turn["messages"][0]) >= {"seq", "author", "at", "parts"}

    def test_without_wait_the_message_is_taken_and_the_answer_is_read_later(self, client: httpx.Client) -> None:
        talk = _open(client)
        answer = _say(client, talk, wait=None, text="查电费")
        assert answer.status_code == 202
        seq = answer.json()["seq"]
        url, headers = f"/v1/conversations/{talk['conversation_id']}/messages", _bearer(talk)
        again = client.post(url, json={"message_key": "later", "text": "在吗"}, headers=headers, params={"wait": 8})
        assert again.status_code == 200
        authors = [m["author"] for m in _read(client, talk, seq - 1)["messages"]]
        assert authors.count("bot") == 2

    def test_the_same_key_twice_has_the_same_answer(self, client: httpx.Client) -> None:
        talk = _open(client)
        first = _say(client, talk, message_key="k1", text="报修").json()
        assert _say(client, talk, message_key="k1", text="报修").json() == first
        said = _read(client, talk)["messages"]
        assert sum(m["author"] == "customer" for m in said) == 1

    def test_a_button_is_shown_by_its_label(self, client: httpx.Client) -> None:
        talk = _open(client)
        assert "邻居家有电吗" in _say(client, talk, choice="report_fault").json()["messages"][0]["parts"][0]["text"]
        mine = next(m for m in _read(client, talk)["messages"] if m["author"] == "customer")
        assert mine["parts"][0]["text"] == "报修"

    def test_who_comes_again_finds_the_talk_and_a_guessable_name_does_not_open_it(self, client: httpx.Client) -> None:
        visitor = secrets.token_hex(16)
        first = _open(client, visitor_id=visitor)
        _say(client, first, text="查电费")
        again = _open(client, visitor_id=visitor)
        assert again["conversation_id"] == first["conversation_id"]
        assert len(again["messages"]) == 3
        short = [_open(client, visitor_id="u1")["conversation_id"] for _ in range(2)]
        assert short[0] != short[1]

    @pytest.mark.row("S18")
    @pytest.mark.parametrize("channel", ["web", "wechat", "app", "sms"])
    def test_every_text_channel_is_served_alike_in_sample_mode(self, client: httpx.Client, channel: str) -> None:
        talk = _open(client, channel=channel)
        assert _say(client, talk, text="报修").json()["messages"]


class TestWhoMay:
    def test_without_a_token_it_is_401_and_with_another_talks_403(self, client: httpx.Client) -> None:
        mine, other = _open(client), _open(client)
        url = f"/v1/conversations/{mine['conversation_id']}/messages"
        assert client.get(url).status_code == 401
        assert client.get(url, headers={"Authorization": "Bearer rubbish"}).status_code == 401
        denied = client.get(url, headers=_bearer(other))
        assert denied.status_code == 403
        assert denied.headers["content-type"] == "application/problem+json"
        body = {"message_key": "k", "text": "查"}
        assert client.post(url, json=body, headers=_bearer(other)).status_code == 403
        assert _read(client, mine)["messages"][-1]["author"] == "bot", "nothing was written"

    def test_a_forged_and_an_ended_token_are_401(self, client: httpx.Client) -> None:
        talk = _open(client)
        url = f"/v1/conversations/{talk['conversation_id']}/messages"
        payload = {"c": talk["conversation_id"]}
        for token in (
            sign(payload, "some other secret", purpose="visitor", ttl_s=60),
            sign(payload, "sample-visitor-secret-not-for-production", purpose="identity", ttl_s=60),
            sign(payload, "sample-visitor-secret-not-for-production", purpose="visitor", ttl_s=-1),
        ):
            assert client.get(url, headers={"Authorization": f"Bearer {token}"}).status_code == 401

    def test_an_unknown_conversation_is_404(self, client: httpx.Client) -> None:
        answer = client.get("/v1/conversations/c_unknown/messages", headers=_bearer(_open(client)))
        assert answer.status_code == 404
        assert answer.json()["code"] == "conversation_not_found"


class TestBadInput:
    @pytest.mark.parametrize(
        "body",
        [
            {"text": "没有键"},
            {"message_key": "k"},
            {"message_key": "k", "text": "a", "choice": "b"},
            {"message_key": "k", "digits": "12a"},
            {"message_key": "", "text": "a"},
            {"message_key": "k", "text": 7},
            {"message_key": "k", "text": "长" * 10_001},
        ],
    )
    def test_what_is_malformed_is_422_and_not_echoed(self, client: httpx.Client, body: dict[str, Any]) -> None:
        talk = _open(client)
        url = f"/v1/conversations/{talk['conversation_id']}/messages"
        answer = client.post(url, json=body, headers=_bearer(talk))
        assert answer.status_code == 422
        assert answer.json()["status"] == 422
        assert "长长长" not in answer.text

    def test_what_is_no_json_is_422_and_what_is_huge_is_413(self, client: httpx.Client) -> None:
        talk = _open(client)
        url = f"/v1/conversations/{talk['conversation_id']}/messages"
        headers = {**_bearer(talk), "Content-Type": "application/json"}
        assert client.post(url, content=b"{", headers=headers).status_code == 422
        assert client.post(url, content=b'"' + b"x" * 100_000 + b'"', headers=headers).status_code == 413

        def chunks():
            for _ in range(20):
                yield b"x" * 10_000

        huge = client.post(url, content=chunks(), headers=headers)
        assert huge.status_code == 413
        assert huge.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize(
        "text",
        ["", " \n ", "😀🔥", "<script>alert(1)</script>", "'; DROP TABLE messages; --", "\u0000\u0007停电",
         "停" * 10_000, "نور кириллица ไฟดับ", "/restart", "{{7*7}}"],
    )  # fmt: skip
    def test_strange_text_gets_a_sentence(self, client: httpx.Client, text: str) -> None:
        talk = _open(client)
        url = f"/v1/conversations/{talk['conversation_id']}/messages"
        raw = json.dumps({"message_key": "k", "text": text}).encode()
        headers = {**_bearer(talk), "Content-Type": "application/json"}
        answer = client.post(url, content=raw, headers=headers, params={"wait": 8})
        assert answer.status_code == 200
        assert answer.json()["messages"][0]["parts"][0]["text"]


async def _frames(socket: Any, count: int) -> list[dict[str, Any]]:
    return [json.loads(await asyncio.wait_for(socket.recv(), 10)) for _ in range(count)]


class TestStream:
    def _url(self, site: Site, talk: dict[str, Any], after: int = 0) -> str:
        base = site.base_url.replace("http", "ws", 1)
        return f"{base}/v1/conversations/{talk['conversation_id']}/stream?after={after}"

    async def test_messages_come_as_they_are_said_and_a_gap_is_refilled(self, site: Site, client: httpx.Client) -> None:
        talk = await asyncio.to_thread(_open, client)
        async with websockets.connect(self._url(site, talk), additional_headers=_bearer(talk)) as socket:
            (greeting,) = await _frames(socket, 1)
            await asyncio.to_thread(lambda: _say(client, talk, text="查电费"))
            mine, answer = await _frames(socket, 2)
            assert (greeting["author"], mine["author"], answer["author"]) == ("bot", "customer", "bot")
        await asyncio.to_thread(lambda: _say(client, talk, text="报修"))  # said while nobody listens
        async with websockets.connect(self._url(site, talk, answer["seq"]), additional_headers=_bearer(talk)) as socket:
            missed = await _frames(socket, 2)
            assert [m["author"] for m in missed] == ["customer", "bot"]
            assert missed[0]["seq"] > answer["seq"]

    async def test_a_browser_shows_its_token_as_a_subprotocol(self, site: Site, client: httpx.Client) -> None:
        talk = await asyncio.to_thread(_open, client)
        offered = ["denghuo", f"bearer.{talk['visitor_token']}"]
        async with websockets.connect(self._url(site, talk), subprotocols=offered) as socket:
            assert socket.subprotocol == "denghuo"
            assert (await _frames(socket, 1))[0]["author"] == "bot"

    async def test_without_the_right_token_there_is_no_stream(self, site: Site, client: httpx.Client) -> None:
        mine, other = await asyncio.to_thread(lambda: (_open(client), _open(client)))
        for headers, status in (({}, 401), (_bearer(other), 403)):
            with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
                async with websockets.connect(self._url(site, mine), additional_headers=headers):
                    pass
            assert refused.value.response.status_code == status


class TestKill:
    @pytest.mark.crash
    def test_what_was_accepted_before_a_kill_is_answered_once_after_the_restart(self, own_site: Site) -> None:
        with own_site.client() as client:
            talks = [_open(client) for _ in range(5)]
            for talk in talks:
                for n in range(3):
                    assert (
                        _say(
                            client, talk, wait=None, message_key=f"k{n}", text="慢" if n == 0 else f"第{n}句"
                        ).status_code
                        == 202
                    )
        own_site.kill()
        own_site.start()
        with own_site.client() as client:
            for talk in talks:
                turn = _say(client, talk, wait=25, message_key="k2", text="第2句").json()
                assert turn["done"]
                said = [m["parts"][0]["text"] for m in _read(client, talk)["messages"] if m["author"] == "bot"]
                assert said[1:] == ["收到：慢", "收到：第1句", "收到：第2句"]


class TestPages:
    def test_pages_carry_a_policy_that_lets_no_foreign_script_in(self, client: httpx.Client) -> None:
        for path in ("/", "/desk"):
            answer = client.get(path)
            assert answer.status_code == 200
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert "<script>" not in answer.text and "onclick=" not in answer.text
        assert "x-frame-options" not in client.get("/embed").headers

    def test_the_api_describes_itself(self, client: httpx.Client) -> None:
        paths = client.get("/openapi.json").json()["paths"]
        assert "/v1/conversations/{conversation_id}/messages" in paths
        assert not any(path.startswith("/desk") for path in paths)

    def test_it_says_when_it_lives_and_when_it_is_ready(self, client: httpx.Client) -> None:
        assert client.get("/health/live").status_code == client.get("/health/ready").status_code == 200
