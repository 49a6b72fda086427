"""Every field of the OpenAPI filled with whatever schemathesis can think of: refused or taken, never a 500."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """
[parameters]
order_no = "{order_no}"
outage_no = "{outage_no}"
phone_last4 = "5678"
"header.X-View" = "staff"
"""


@pytest.mark.slow
def test_no_request_makes_the_service_fail(served, http, tmp_path):
    order_no = http.get("/v1/work-orders", headers={"X-View": "staff"}).json()["items"][0]["order_no"]
    outage_no = http.get("/v1/outages").json()["items"][0]["outage_no"]
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(order_no=order_no, outage_no=outage_no))

    command = [
        Path(sys.executable).with_name("st"), "--config-file", config, "run", f"{served.base_url}/openapi.json",
        "-H", f"Authorization: Bearer {served.token}", "--phases", "coverage,fuzzing", "-n", "25",
        "--checks", "not_a_server_error,content_type_conformance", "--suppress-health-check", "all",
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)

    assert run.returncode == 0, run.stdout[-3000:]
