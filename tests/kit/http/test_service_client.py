"""Whatever the other side does, the caller sees one family of errors, and waits no longer than it said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from kernel.errors import NotFound, TimedOut, Unavailable
from kit.http import ServiceClient

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def peer(answer: Answer) -> AsyncIterator[str]:
    """A server that reads a request and does as told."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await answer(writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def says(status: str, body: str, kind: str = "application/json") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        raw = body.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(raw)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + raw)
        await writer.drain()

    return answer


async def get(url: str, timeout_s: float = 2) -> object:
    client = ServiceClient(url, "token", timeout_s=timeout_s, name="billing")
    try:
        return await client.get("/x")
    finally:
        await client.aclose()


async def test_an_answer_is_its_json() -> None:
    async with peer(says("200 OK", '{"kwh": 186}')) as url:
        assert await get(url) == {"kwh": 186}


async def test_a_service_that_is_off_is_unavailable() -> None:
    with pytest.raises(Unavailable) as caught:
        await get("http://127.0.0.1:9")
    assert caught.value.retryable
    assert not isinstance(caught.value, TimedOut)


async def test_a_slow_one_is_timed_out_within_the_bound() -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    started = time.monotonic()
    async with peer(silent) as url:
        with pytest.raises(TimedOut):
            await get(url, timeout_s=0.3)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("status", ["200 OK", "502 Bad Gateway"])
async def test_rubbish_is_a_bad_answer(status: str) -> None:
    async with peer(says(status, "<html>oops</html>", "text/html")) as url:
        with pytest.raises(Unavailable) as caught:
            await get(url)
    assert caught.value.code == "bad_answer"


async def test_a_problem_keeps_its_class_and_code() -> None:
    body = '{"type":"about:blank","title":"t","status":404,"code":"account_not_found","detail":"","retryable":false}'
    async with peer(says("404 Not Found", body, "application/problem+json")) as url:
        with pytest.raises(NotFound) as caught:
            await get(url)
    assert caught.value.code == "account_not_found"


async def test_a_link_cut_in_the_middle_is_outcome_unknown() -> None:
    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()

    async with peer(cut) as url:
        with pytest.raises(TimedOut):
            await get(url)
