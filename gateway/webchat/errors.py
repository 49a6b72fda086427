"""What can go wrong at the public door."""

from __future__ import annotations

from kernel.errors import NotAllowed, Rejected


class TokenMissing(NotAllowed):
    code = "token_missing"
    status = 401


class TokenOfAnother(NotAllowed):
    code = "token_of_another_conversation"


class TooLarge(Rejected):
    code = "too_large"
    status = 413


class ChannelClosed(NotAllowed):
    code = "channel_not_open"
