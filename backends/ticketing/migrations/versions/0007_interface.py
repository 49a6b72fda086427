"""Attachments, webhooks and imports."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
