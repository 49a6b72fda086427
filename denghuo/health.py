"""Is it well? One small bounded question for each kind of process."""

from __future__ import annotations

import asyncio
import contextlib

from denghuo.process import Probe

PROBE_S = 2.0


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, upto: int) -> bytes:
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read(upto)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _bounded(question: asyncio.Future[bytes] | object, seconds: float) -> bytes:
    try:
        return await asyncio.wait_for(question, seconds)  # type: ignore[arg-type]
    except (OSError, TimeoutError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        return b""


def http(port: int, path: str, *, token: str = "", seconds: float = PROBE_S) -> Probe:
    """200 on `GET path` at 127.0.0.1."""
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{bearer}Connection: close\r\n\r\n".encode()

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        return await _exchange(reader, writer, request, 64)

    async def probe() -> bool:
        status = (await _bounded(ask(), seconds)).split(b" ", 2)
        return len(status) > 1 and status[1] == b"200"

    return probe


def redis(socket_path: str) -> Probe:
    """+PONG on a unix socket; while it loads its file it answers -LOADING, which is not yet well."""

    async def ask() -> bytes:
        reader, writer = await asyncio.open_unix_connection(socket_path)
        return await _exchange(reader, writer, b"PING\r\n", 16)

    async def probe() -> bool:
        return (await _bounded(ask(), PROBE_S)).startswith(b"+PONG")

    return probe


def postgres(socket_path: str) -> Probe:
    """A start-up packet for a database that needs no password is answered with R (authentication ok)."""
    body = b"\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00\x00"
    packet = (len(body) + 4).to_bytes(4, "big") + body

    async def ask() -> bytes:
        reader, writer = await asyncio.open_unix_connection(socket_path)
        return await _exchange(reader, writer, packet, 16)

    async def probe() -> bool:
        return (await _bounded(ask(), PROBE_S)).startswith(b"R")

    return probe


def alive() -> Probe:
    """For a process without a door: to run is to be well (the supervisor sees its death at once)."""

    async def probe() -> bool:
        return True

    return probe
