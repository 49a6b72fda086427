"""The desk as an agent and as somebody who is none sees it."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

import httpx
import pytest
import websockets

from tests.web.serving import Site

PASSWORD = "denghuo-2026"


def _customer(site: Site, *said: str) -> tuple[httpx.Client, str]:
    client = site.client()
    talk = client.post("/v1/conversations", json={"channel": "web"}).json()
    client.headers["Authorization"] = f"Bearer {talk['visitor_token']}"
    for text in said:
        _say(client, talk["conversation_id"], text)
    return client, talk["conversation_id"]


def _say(client: httpx.Client, talk: str, text: str) -> dict[str, Any]:
    body = {"message_key": secrets.token_hex(8), "text": text}
    return dict(client.post(f"/v1/conversations/{talk}/messages", params={"wait": 8}, json=body).json())


def _agent(site: Site, login: str = "zhou") -> httpx.Client:
    client = site.client()
    answer = client.post("/desk/api/login", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client


def _row(agent: httpx.Client, talk: str) -> dict[str, Any] | None:
    rows = agent.get("/desk/api/waiting").json()["rows"]
    return next((row for row in rows if row["conversation_id"] == talk), None)


class TestLogIn:
    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, site: Site) -> None:
        answer = site.client().post("/desk/api/login", json={"login": "zhou", "password": PASSWORD})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie and "path=/desk" in cookie
        assert PASSWORD not in answer.text

    def test_a_wrong_name_and_a_wrong_password_are_answered_alike(self, site: Site) -> None:
        with site.client() as client:
            answers = [
                client.post("/desk/api/login", json={"login": login, "password": "wrong"})
                for login in ("nobody", "lin")
            ]
        assert [a.status_code for a in answers] == [401, 401]
        assert answers[0].json() == answers[1].json()

    def test_after_five_wrong_passwords_the_right_one_does_not_help(self, own_site: Site) -> None:
        with own_site.client() as client:
            for _ in range(5):
                assert client.post("/desk/api/login", json={"login": "chen", "password": "x"}).status_code == 401
            locked = client.post("/desk/api/login", json={"login": "chen", "password": PASSWORD})
            assert (locked.status_code, locked.json()["code"]) == (403, "login_locked")
            assert client.post("/desk/api/login", json={"login": "zhou", "password": PASSWORD}).status_code == 200

    def test_another_sites_page_cannot_log_anybody_in(self, site: Site) -> None:
        answer = site.client().post(
            "/desk/api/login", json={"login": "zhou", "password": PASSWORD}, headers={"Origin": "https://evil.example"}
        )
        assert answer.status_code == 403

    def test_logged_out_the_session_opens_nothing(self, site: Site) -> None:
        agent = _agent(site)
        kept = agent.cookies["denghuo_desk"]
        assert agent.post("/desk/api/logout").status_code == 204
        with site.client() as client:
            assert client.get("/desk/api/waiting", headers={"Cookie": f"denghuo_desk={kept}"}).status_code == 401


class TestOnlyAgents:
    ROUTES = (
        ("GET", "/me"), ("GET", "/waiting"), ("POST", "/logout"), ("GET", "/conversations/c_x"),
        *(("POST", f"/conversations/c_x/{what}") for what in ("take", "answer", "give-back", "transfer")),
        ("POST", "/conversations/c_x/close"), ("POST", "/conversations/c_x/reveal"),
    )  # fmt: skip

    @pytest.mark.parametrize(("method", "path"), ROUTES)
    def test_without_a_log_in_every_route_is_401(self, site: Site, method: str, path: str) -> None:
        with site.client() as client:
            assert client.request(method, f"/desk/api{path}", json={}).status_code == 401

    def test_no_route_is_missing_from_the_list_above(self) -> None:
        from desk.endpoints import router

        paths = {
            (m, r.path.removeprefix("/desk/api")) for r in router.routes for m in getattr(r, "methods", None) or ()
        }
        known = {(m, p.replace("c_x", "{conversation_id}")) for m, p in self.ROUTES}
        assert paths - known == {("POST", "/login")}

    def test_a_write_without_the_pages_token_is_refused(self, site: Site) -> None:
        _, talk = _customer(site, "人工")
        agent = _agent(site)
        del agent.headers["X-CSRF-Token"]
        answer = agent.post(f"/desk/api/conversations/{talk}/take", json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_token_mismatch")
        assert _row(agent, talk)["owner"] == "queued"

    def test_a_talk_with_the_bot_is_not_for_agents_to_read(self, site: Site) -> None:
        _, talk = _customer(site, "查电费")
        assert _agent(site).get(f"/desk/api/conversations/{talk}").status_code == 403


class TestServing:
    @pytest.mark.row("S42")
    def test_take_over_answer_and_give_back(self, site: Site) -> None:
        customer, talk = _customer(site, "报修", "邻居有，开关没掉", "对", "人工")
        agent = _agent(site)
        row = _row(agent, talk)
        assert row is not None and row["wait_s"] >= 0 and row["reason"] == "客户要人工"
        assert "GZ202611240018" in row["summary"]
        taken = agent.post(f"/desk/api/conversations/{talk}/take", json={}).json()
        assert "已登记 GZ202611240018" in taken["conversation"]["learnt"]["done"]
        assert [m["author"] for m in taken["messages"]].count("customer") == 4
        answer = agent.post(f"/desk/api/conversations/{talk}/answer", json={"text": "十五点到。", "message_key": "a"})
        assert answer.status_code == 200
        seen = customer.get(f"/v1/conversations/{talk}/messages", params={"after": answer.json()["seq"] - 1}).json()
        assert (seen["owner"], seen["messages"][0]["parts"][0]["text"]) == ("agent", "十五点到。")
        assert _say(customer, talk, "谢谢")["messages"] == []
        back = agent.post(f"/desk/api/conversations/{talk}/give-back", json={"note": "已和师傅确认"})
        assert back.status_code == 200
        assert _say(customer, talk, "查电费")["owner"] == "bot"
        said = customer.get(f"/v1/conversations/{talk}/messages").json()["messages"]
        assert any("坐席已处理完" in m["parts"][0]["text"] for m in said)
        assert agent.get(f"/desk/api/conversations/{talk}").status_code == 403, "no longer theirs"

    def test_the_second_of_two_agents_gets_409(self, site: Site) -> None:
        _, talk = _customer(site, "人工")
        first, second = _agent(site, "zhou"), _agent(site, "chen")
        assert first.post(f"/desk/api/conversations/{talk}/take", json={}).status_code == 200
        late = second.post(f"/desk/api/conversations/{talk}/take", json={})
        assert (late.status_code, late.json()["code"]) == (409, "already_taken")
        refused = second.post(f"/desk/api/conversations/{talk}/answer", json={"text": "我来", "message_key": "x"})
        assert refused.status_code == 403

    @pytest.mark.row("S12")
    def test_numbers_are_masked_and_seeing_them_needs_a_reason_and_leaves_a_trace(self, site: Site) -> None:
        _, talk = _customer(site, "我的电话13812345678", "查电费", "3100102346", "472901", "人工")
        agent = _agent(site)
        assert "13812345678" not in json.dumps(_row(agent, talk), ensure_ascii=False)
        shown = agent.get(f"/desk/api/conversations/{talk}").text
        assert "13812345678" not in shown and "3100102346" not in shown and "472901" not in shown
        url = f"/desk/api/conversations/{talk}/reveal"
        assert agent.post(url, json={"reason": "派单要电话"}).status_code == 403, "only who serves the customer"
        agent.post(f"/desk/api/conversations/{talk}/take", json={})
        assert agent.post(url, json={"reason": ""}).status_code == 422
        whole = agent.post(url, json={"reason": "派单要电话"}).text
        assert "13812345678" in whole and "472901" not in whole, "a code is shown to nobody"


class TestLive:
    async def test_the_list_is_told_of_a_new_customer_at_once(self, site: Site) -> None:
        agent = await asyncio.to_thread(_agent, site)
        cookie = {"Cookie": f"denghuo_desk={agent.cookies['denghuo_desk']}"}
        url = site.base_url.replace("http", "ws", 1) + "/desk/api/live"
        async with websockets.connect(url, additional_headers=cookie) as socket:
            _, talk = await asyncio.to_thread(_customer, site, "人工")
            while json.loads(await asyncio.wait_for(socket.recv(), 10)).get("changed") != talk:
                pass

    async def test_without_a_log_in_or_from_another_site_there_is_no_live_list(self, site: Site) -> None:
        agent = await asyncio.to_thread(_agent, site)
        url = site.base_url.replace("http", "ws", 1) + "/desk/api/live"
        cookie = {"Cookie": f"denghuo_desk={agent.cookies['denghuo_desk']}"}
        for headers, status in (({}, 401), ({**cookie, "Origin": "https://evil.example"}, 403)):
            with pytest.raises(websockets.exceptions.InvalidStatus) as refused:
                async with websockets.connect(url, additional_headers=headers):
                    pass
            assert refused.value.response.status_code == status
