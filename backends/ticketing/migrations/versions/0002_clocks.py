"""Open clocks of work orders."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
