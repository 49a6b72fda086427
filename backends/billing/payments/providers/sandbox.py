"""A provider that runs here, for samples and tests: HMAC-SHA256 over time and body, a page of its own, real signatures.

Refused in production (`kit.settings`). Its day file is CSV: provider_ref, order_ref, amount_fen, paid_at.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Mapping, Sequence

from backends.billing.payments.errors import BadSignature
from backends.billing.payments.providers.port import Answer, Asked, Listed, Order, Told
from backends.billing.payments.providers.reading import check_fresh, moment, whole
from kernel import clock
from kernel.errors import Malformed

STAMP, SIGNATURE = "x-sandbox-timestamp", "x-sandbox-signature"


def sign(secret: str, stamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Sandbox:
    name = "sandbox"
    channel = "self_service"

    def __init__(self, secret: str, page_url: str) -> None:
        self._secret, self._page = secret, page_url

    def ask(self, order: Order) -> Asked:
        body = json.dumps({"order_ref": order.order_ref, "amount_fen": order.amount_fen, "what": order.what}).encode()
        return Asked("POST", self._page, self._signed(body), body)

    def _signed(self, body: bytes) -> dict[str, str]:
        stamp = str(int(clock.now().timestamp()))
        return {STAMP: stamp, SIGNATURE: sign(self._secret, stamp, body), "Content-Type": "application/json"}

    def notification(self, told: Told) -> tuple[dict[str, str], bytes]:
        """What the sandbox sends when somebody presses its button."""
        body = json.dumps(
            {
                "provider_ref": told.provider_ref,
                "order_ref": told.order_ref,
                "amount_fen": told.amount_fen,
                "paid_at": told.paid_at.isoformat(),
                "is_paid": told.is_paid,
            }
        ).encode()
        return self._signed(body), body

    def read(self, headers: Mapping[str, str], body: bytes) -> Told:
        check_fresh(headers.get(STAMP, ""))
        wanted = sign(self._secret, headers.get(STAMP, ""), body)
        if not hmac.compare_digest(wanted.encode(), headers.get(SIGNATURE, "").encode()):
            raise BadSignature("the signature does not fit")
        try:
            said = json.loads(body)
            return Told(
                str(said["provider_ref"]),
                str(said["order_ref"]),
                whole(said["amount_fen"]),
                moment(said["paid_at"]),
                bool(said["is_paid"]),
            )
        except (ValueError, KeyError, TypeError) as err:
            raise Malformed("not a notification") from err

    def answer(self, problem: str | None) -> Answer:
        return Answer(200 if problem is None else 400, "text/plain", b"ok" if problem is None else problem.encode())

    def read_day_file(self, text: str) -> Sequence[Listed]:
        rows = csv.DictReader(io.StringIO(text))
        try:
            return [
                Listed(row["provider_ref"], row["order_ref"], whole(int(row["amount_fen"])), moment(row["paid_at"]))
                for row in rows
            ]
        except (ValueError, KeyError, TypeError) as err:
            raise Malformed(f"row {rows.line_num} cannot be read") from err

    def ask_refund(self, *, refund_no: str, provider_ref: str, amount_fen: int, of_fen: int) -> Asked:
        body = json.dumps({"refund_no": refund_no, "provider_ref": provider_ref, "amount_fen": amount_fen}).encode()
        return Asked("POST", f"{self._page}/refunds", self._signed(body), body)
