"""Every field of the OpenAPI filled with whatever schemathesis can think of: refused or taken, never a 500."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

support = importlib.import_module("tests.support.billing")
WANG = "3100102346"
CONFIG = """
[parameters]
account_no = "{account_no}"
"header.X-Client" = "billing_office"
"header.X-Actor" = "H3001"
"header.X-Identity-Token" = "{token}"
"header.X-Subject" = "{subject}"
"""


@pytest.mark.slow
def test_no_request_makes_the_service_fail(billing_url: str, proved: Any, tmp_path: Path) -> None:
    proof = proved(WANG)
    config = tmp_path / "schemathesis.toml"
    config.write_text(
        CONFIG.format(account_no=WANG, token=proof["X-Identity-Token"], subject=proof["X-Subject"]), encoding="utf-8"
    )
    command = [
        Path(sys.executable).with_name("st"), "--config-file", config, "run", f"{billing_url}/openapi.json",
        "-H", f"Authorization: Bearer {support.TOKEN}", "--phases", "coverage,fuzzing", "-n", "25",
        "--checks", "not_a_server_error,content_type_conformance", "--suppress-health-check", "all",
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)

    assert run.returncode == 0, run.stdout[:6000]
