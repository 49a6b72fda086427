"""Notices and their deliveries."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
