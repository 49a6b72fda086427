"""Why a file is not taken."""

from __future__ import annotations

from kernel.errors import Conflict, Malformed, NotFound


class AttachmentNotFound(NotFound):
    code = "attachment_not_found"


class TooLarge(Malformed):
    code = "attachment_too_large"
    status = 413


class NotTaken(Malformed):
    """Neither a picture nor a sound we take, or one that is not whole."""

    code = "attachment_not_taken"
    status = 415


class TooManyFiles(Conflict):
    code = "too_many_attachments"
