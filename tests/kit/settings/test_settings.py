"""Production is not started on what ships with the code."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kit.settings import Settings

SECRETS = {
    "DENGHUO_SERVICE__TOKEN": "a",
    "DENGHUO_IDENTITY__SECRET": "b",
    "DENGHUO_VISITOR__SECRET": "c",
    "DENGHUO_DESK__SESSION_SECRET": "d",
    "DENGHUO_TWILIO__AUTH_TOKEN": "e",
}


def given(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Settings:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_a_laptop_starts_with_sample_secrets_in_sample_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch).sample_mode is True


@pytest.mark.parametrize("left", SECRETS)
def test_production_names_the_secret_that_is_still_a_sample(monkeypatch: pytest.MonkeyPatch, left: str) -> None:
    set_ones = {name: value for name, value in SECRETS.items() if name != left}
    with pytest.raises(ValidationError, match=left):
        given(monkeypatch, DENGHUO_ENVIRONMENT="production", **set_ones)


def test_production_with_secrets_of_its_own_starts_without_sample_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(monkeypatch, DENGHUO_ENVIRONMENT="production", **SECRETS).sample_mode is False


def test_production_refuses_sample_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="DENGHUO_SAMPLE_MODE"):
        given(monkeypatch, DENGHUO_ENVIRONMENT="production", DENGHUO_SAMPLE_MODE="true", **SECRETS)


def test_a_secret_does_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hush" not in repr(given(monkeypatch, DENGHUO_SERVICE__TOKEN="hush"))
