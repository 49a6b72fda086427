"""What refused attempts and urges keep."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
