"""WeChat Pay, API v3 as published: Native orders, RSA-SHA256 signatures, AES-256-GCM inside notifications.

Shaped to the public interface and tested against keys of our own; not yet run against a merchant account.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backends.billing.payments.errors import BadSignature
from backends.billing.payments.providers import keys
from backends.billing.payments.providers.port import Answer, Asked, Listed, Order, Told
from backends.billing.payments.providers.reading import check_fresh, moment, whole
from kernel import clock
from kernel.errors import Malformed
from kernel.money import fen

HOST = "https://api.mch.weixin.qq.com"


@dataclass(frozen=True)
class Merchant:
    """`private_key` and `platform_key` are PEM; `api_v3_key` has 32 characters."""

    mchid: str
    appid: str
    serial_no: str
    private_key: str
    platform_serial: str
    platform_key: str
    api_v3_key: str


class WechatPay:
    name = "wechat_pay"
    channel = "wechat_pay"

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._ours = keys.private(merchant.private_key)
        self._theirs: RSAPublicKey = keys.public(merchant.platform_key)

    def ask(self, order: Order) -> Asked:
        body = {
            "appid": self._merchant.appid,
            "mchid": self._merchant.mchid,
            "description": order.what,
            "out_trade_no": order.order_ref,
            "time_expire": order.expires_at.isoformat(timespec="seconds"),
            "notify_url": order.notify_url,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
        }
        return self._asked("/v3/pay/transactions/native", body)

    def ask_refund(self, *, refund_no: str, provider_ref: str, amount_fen: int, of_fen: int) -> Asked:
        amount = {"refund": amount_fen, "total": of_fen, "currency": "CNY"}
        body = {"transaction_id": provider_ref, "out_refund_no": refund_no, "amount": amount}
        return self._asked("/v3/refund/domestic/refunds", body)

    def _asked(self, path: str, content: Mapping[str, object]) -> Asked:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        stamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
        signature = keys.sign(
            self._ours, b"\n".join([b"POST", path.encode(), stamp.encode(), nonce.encode(), body, b""])
        )
        mine = (
            f'mchid="{self._merchant.mchid}",nonce_str="{nonce}",signature="{signature}",timestamp="{stamp}",'
            f'serial_no="{self._merchant.serial_no}"'
        )
        headers = {
            "Authorization": f"WECHATPAY2-SHA256-RSA2048 {mine}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return Asked("POST", HOST + path, headers, body)

    def read(self, headers: Mapping[str, str], body: bytes) -> Told:
        stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
        check_fresh(stamp)
        if headers.get("wechatpay-serial") != self._merchant.platform_serial:
            raise BadSignature("signed with a key we do not know")
        signed = b"\n".join([stamp.encode(), nonce.encode(), body, b""])
        try:
            keys.verify(self._theirs, headers.get("wechatpay-signature", ""), signed)
            return self._opened(json.loads(body)["resource"])
        except (InvalidSignature, InvalidTag, binascii.Error) as err:
            raise BadSignature("the signature does not fit") from err
        except (ValueError, KeyError, TypeError) as err:
            raise Malformed("not a notification") from err

    def _opened(self, resource: Mapping[str, str]) -> Told:
        key = AESGCM(self._merchant.api_v3_key.encode())
        sealed, bound = base64.b64decode(resource["ciphertext"]), resource.get("associated_data", "").encode()
        said = json.loads(key.decrypt(resource["nonce"].encode(), sealed, bound))
        return Told(
            said["transaction_id"],
            said["out_trade_no"],
            whole(said["amount"]["total"]),
            moment(said["success_time"]),
            said["trade_state"] == "SUCCESS",
        )

    def answer(self, problem: str | None) -> Answer:
        if problem is None:
            return Answer(204, "application/json", b"")
        body = json.dumps({"code": "FAIL", "message": problem}, ensure_ascii=False).encode()
        return Answer(400, "application/json", body)

    def read_day_file(self, text: str) -> Sequence[Listed]:
        """The trade bill: every value behind a backquote, a summary after the rows, amounts in yuan."""
        found = []
        for number, row in enumerate(csv.reader(io.StringIO(text)), 1):
            cells = [cell.lstrip("`").strip() for cell in row]
            if number == 1:
                names = cells
                continue
            if not cells or cells[0].startswith("总"):
                break
            found.append(self._row(dict(zip(names, cells, strict=False)), number))
        return found

    @staticmethod
    def _row(row: Mapping[str, str], number: int) -> Listed:
        try:
            paid_at = datetime.fromisoformat(row["交易时间"]).replace(tzinfo=clock.TZ)
            return Listed(row["微信订单号"], row["商户订单号"], fen(row["应结订单金额"]), paid_at)
        except (KeyError, ValueError, ArithmeticError) as err:
            raise Malformed(f"row {number} cannot be read") from err
