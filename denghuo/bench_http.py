"""A kept-alive HTTP/1.1 connection of a few lines: a bench must not spend its two cores on the client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any


class Wire:
    """One connection to 127.0.0.1, opened at the first question."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Status and JSON of the answer (None when it has no body).

        Raises:
            OSError, asyncio.IncompleteReadError: nobody listens, or the connection broke.
        """
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        payload = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(payload)}"]
        lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)
        return await self._answer(self._reader)

    @staticmethod
    async def _answer(reader: asyncio.StreamReader) -> tuple[int, Any]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        text = await reader.readexactly(int(fields.get("content-length", "0")))
        return status, json.loads(text) if text else None

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
