"""Who may read and write a conversation: whoever shows the token that was given when it was opened."""

from __future__ import annotations

from gateway.webchat.errors import TokenMissing, TokenOfAnother
from kernel.errors import NotAllowed
from kit.auth import sign, unsign
from kit.settings import VisitorSettings

PURPOSE = "visitor"
_SUBPROTOCOL = "bearer."


def issue(config: VisitorSettings, conversation_id: str) -> str:
    ttl_s = config.valid_for.total_seconds()
    return sign({"c": conversation_id}, config.secret.get_secret_value(), purpose=PURPOSE, ttl_s=ttl_s)


def conversation_of(config: VisitorSettings, token: str | None) -> str:
    """The conversation a token is for.

    Raises:
        TokenMissing: none, forged or ended (401).
    """
    try:
        return str(unsign(token or "", config.secret.get_secret_value(), purpose=PURPOSE)["c"])
    except (NotAllowed, KeyError) as err:
        raise TokenMissing("show the visitor token as a bearer token") from err


def check(config: VisitorSettings, token: str | None, conversation_id: str) -> None:
    """Raises TokenMissing (401) or TokenOfAnother (403)."""
    if conversation_of(config, token) != conversation_id:
        raise TokenOfAnother("this token is for another conversation")


def bearer(header: str | None) -> str | None:
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def from_subprotocols(offered: list[str]) -> str | None:
    """A browser cannot set headers on a web socket; it offers `bearer.<token>` beside `denghuo`."""
    return next((p.removeprefix(_SUBPROTOCOL) for p in offered if p.startswith(_SUBPROTOCOL)), None)
