"""Other systems hear what happens: signed, again when they were away, and never whose it was."""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from backends.ticketing.errors import BadField
from backends.ticketing.webhooks import signing, targets
from kernel import clock

work_until = importlib.import_module("tests.backends.ticketing.working").work_until
STAFF = {"X-View": "staff"}
OURS = "ticketing.webhooks"


class Ear:
    """Another system: what it was told, and what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append((dict(self.headers), body))
                self.send_response(ear.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.server.shutdown()


@pytest.fixture
def hook(post, ear) -> Iterator[dict[str, Any]]:
    made = post("/v1/webhooks", {"url": ear.url, "events": ["order.register", "order.withdraw"]}, **STAFF)
    assert made.status_code == 201, made.text
    yield made.json()
    post(f"/v1/webhooks/{made.json()['webhook_id']}/end", {}, **STAFF)


def told(ear: Ear, number: str) -> list[dict[str, Any]]:
    bodies = [json.loads(body) for _, body in ear.heard]
    return [body for body in bodies if body["data"].get("order_no") == number]


def test_what_happened_is_told_once_signed_and_without_a_name(hook, ear, file_fault, served, phone):
    number = file_fault(contact_name="王小明").json()["order_no"]
    work_until(served.database_url, clock.now(), room=OURS)
    (said,) = told(ear, number)
    assert (said["type"], said["data"]["order_type"]) == ("order.register", "fault_report")
    headers, body = next((h, b) for h, b in ear.heard if number.encode() in b)
    now = int(clock.now().timestamp())
    assert signing.is_ours(hook["secret"], body, headers["X-Denghuo-Signature"], now=now)
    assert not signing.is_ours("another", body, headers["X-Denghuo-Signature"], now=now)
    assert not signing.is_ours(hook["secret"], body, headers["X-Denghuo-Signature"], now=now + 3600)
    assert phone.encode() not in body
    assert "王小明" not in body.decode()


def test_who_is_away_is_told_again_later_and_at_last_given_up(hook, ear, file_fault, served, http, post):
    ear.status = 503
    number = file_fault().json()["order_no"]
    at = clock.now()
    path = f"/v1/webhooks/{hook['webhook_id']}/deliveries"
    for _ in range(8):
        work_until(served.database_url, at, room=OURS)
        at += timedelta(hours=6, minutes=1)
    (dead,) = [d for d in http.get(path, headers=STAFF).json()["items"] if d["body"]["data"]["order_no"] == number]
    assert (dead["status"], dead["tries"], dead["last_problem"]) == ("dead", 7, "HTTP 503")
    assert len({body["id"] for body in told(ear, number)}) == 1, "one id for every try"
    ear.status = 204
    post(f"{path}/{dead['delivery_id']}/again", {}, **STAFF)
    work_until(served.database_url, at, room=OURS)
    assert [
        d["status"] for d in http.get(path, headers=STAFF).json()["items"] if d["delivery_id"] == dead["delivery_id"]
    ] == ["sent"]


def test_whistle_blowing_is_told_nobody(hook, ear, post, served):
    before = len(ear.heard)
    body = {"order_type": "whistle_blow", "whistle_class": "theft", "what": "绕表", "where": "望江苑"}
    assert post("/v1/work-orders", body).status_code == 201
    work_until(served.database_url, clock.now(), room=OURS)
    assert not [b for _, b in ear.heard[before:] if "whistle_blow" in b.decode()]


def test_who_ended_it_hears_no_more(hook, ear, post, file_fault, served):
    post(f"/v1/webhooks/{hook['webhook_id']}/end", {}, **STAFF)
    number = file_fault().json()["order_no"]
    work_until(served.database_url, clock.now(), room=OURS)
    assert told(ear, number) == []


@pytest.mark.parametrize(
    "url",
    ["http://example.com/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/x", "ftp://a.b/c",
     "https://user:pw@example.com/", "https:///x", "file:///etc/passwd", "https://127.0.0.1/x"],
)  # fmt: skip
def test_it_does_not_go_inside(url):
    with pytest.raises(BadField):
        targets.check_url(url, may_be_here=False)


async def test_a_name_that_leads_inside_leads_nowhere():
    resolver = targets.PublicOnly(may_be_here=False)
    with pytest.raises(OSError, match="no public address"):
        await resolver.resolve("localhost", 80)
    await resolver.close()


def test_webhooks_are_for_staff_and_the_secret_is_said_once(http, post, hook):
    assert post("/v1/webhooks", {"url": "https://example.com/x", "events": ["order.*"]}).status_code == 403
    assert post("/v1/webhooks", {"url": "https://example.com/x", "events": ["anything"]}, **STAFF).status_code == 422
    listed = http.get("/v1/webhooks", headers=STAFF).json()["items"]
    assert all("secret" not in one for one in listed)
