"""What callers of webhooks may be told."""

from __future__ import annotations

from kernel.errors import NotFound


class WebhookNotFound(NotFound):
    code = "webhook_not_found"
