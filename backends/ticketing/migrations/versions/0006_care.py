"""Follow-up, satisfaction, complaints and the sealed store."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
SCHEMA = "ticketing"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
