"""A sentence a program leaves with is said, not swallowed."""

from __future__ import annotations

import pytest

from denghuo import cli


@pytest.mark.parametrize(
    ("code", "given", "said"), [(None, 0, ""), (3, 3, ""), ("nothing listened", 1, "nothing listened")]
)
def test_code_of_leaving(code, given, said, capsys):
    assert cli._code_of(SystemExit(code)) == given
    assert said in capsys.readouterr().err
