"""A ticketing system that is off, slow or talks rubbish, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from clients.ticketing import FaultReport, HttpTicketing
from kernel.errors import TimedOut, Unavailable

REPORT = FaultReport(address="翠湖花园3号楼", contact_phone="13812345678")
Answer = Callable[[str], Awaitable[bytes | None]]


class Server:
    """Answers each request with what `answer` gives for its first line; None: never."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, []

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line = head.splitlines()[0]
        self.asked.append(line)
        body = await self.answer(line)
        if body is not None:
            writer.write(body)
            await writer.drain()
            writer.close()


def ok(body: object, status: str = "200 OK") -> bytes:
    text = body if isinstance(body, str) else json.dumps(body)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(text.encode())}\r\nConnection: close\r\n\r\n{text}".encode()


async def file(url: str) -> object:
    client = HttpTicketing(url, "t", timeout_s=0.3)
    try:
        return await client.open_fault_report(REPORT, key="k/1")
    finally:
        await client.aclose()


async def test_lost_answer_is_looked_up_by_its_key_and_found():
    async def answer(line: str) -> bytes | None:
        return (
            None
            if line.startswith("POST")
            else ok({"order_no": "GZ1", "order_type": "fault_report", "status": "dispatched"})
        )

    async with Server(answer) as server:
        order = await file(server.url)
    assert order.no == "GZ1"
    assert [line.split()[1] for line in server.asked] == ["/v1/work-orders", "/v1/work-orders/by-key/k%2F1"]


@pytest.mark.parametrize("second", [ok({"code": "order_not_found"}, "404 Not Found"), None])
async def test_lost_answer_nobody_can_find_is_an_unknown_outcome(second):
    async def answer(line: str) -> bytes | None:
        return None if line.startswith("POST") else second

    async with Server(answer) as server:
        with pytest.raises(TimedOut):
            await file(server.url)
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "rubbish",
    ["<html>", "[]", "null", '{"order_no":1}', '{"order_no":"GZ1","order_type":"x","status":"y","deadline_at":"soon"}'],
)
async def test_rubbish_is_unavailable_and_never_an_order(rubbish):
    async def answer(_: str) -> bytes | None:
        return ok(rubbish)

    async with Server(answer) as server:
        with pytest.raises(Unavailable) as refused:
            await file(server.url)
    assert refused.value.code == "bad_answer"


async def test_system_that_is_off_is_unavailable_at_once():
    with pytest.raises(Unavailable) as refused:
        await file("http://127.0.0.1:9")
    assert not isinstance(refused.value, TimedOut)
    assert refused.value.retryable
