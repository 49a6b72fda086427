"""Reports gathered into outages."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
