"""Crews, shifts and offers."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
