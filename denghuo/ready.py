"""`python -m denghuo.ready PORT`: exit code 0 when the service on PORT here is ready; for container health checks."""

from __future__ import annotations

import asyncio
import sys

from denghuo import health


async def _ready(port: int) -> bool:
    return await health.http(port, "/health/ready")()


def main(port: str) -> int:
    return 0 if asyncio.run(_ready(int(port))) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
