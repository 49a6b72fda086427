"""Alipay as published: page pay, RSA2 over the sorted parameters, `success` as the answer.

Shaped to the public interface and tested against keys of our own; not yet run against a merchant account.
"""

from __future__ import annotations

import binascii
import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from cryptography.exceptions import InvalidSignature

from backends.billing.payments.errors import BadSignature
from backends.billing.payments.providers import keys
from backends.billing.payments.providers.port import Answer, Asked, Listed, Order, Told
from backends.billing.payments.providers.reading import whole
from kernel import clock
from kernel.errors import Malformed
from kernel.money import fen, format_yuan

GATEWAY = "https://openapi.alipay.com/gateway.do"
_PAID = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})


@dataclass(frozen=True)
class App:
    """Keys are PEM: ours private, Alipay's public."""

    app_id: str
    private_key: str
    alipay_key: str


def canonical(params: Mapping[str, str], *, without: frozenset[str]) -> bytes:
    """`a=1&b=2` of what is not empty, sorted by name: what is signed."""
    kept = sorted((name, value) for name, value in params.items() if value and name not in without)
    return "&".join(f"{name}={value}" for name, value in kept).encode()


class Alipay:
    name = "alipay"
    channel = "alipay"

    def __init__(self, app: App) -> None:
        self._app = app
        self._ours, self._theirs = keys.private(app.private_key), keys.public(app.alipay_key)

    def ask(self, order: Order) -> Asked:
        content = {
            "out_trade_no": order.order_ref,
            "total_amount": format_yuan(order.amount_fen),
            "subject": order.what,
            "product_code": "QUICK_WAP_WAY",
            "time_expire": f"{order.expires_at.astimezone(clock.TZ):%Y-%m-%d %H:%M:%S}",
        }
        urls = {"notify_url": order.notify_url, "return_url": order.return_url}
        return self._asked("alipay.trade.wap.pay", content, urls)

    def ask_refund(self, *, refund_no: str, provider_ref: str, amount_fen: int, of_fen: int) -> Asked:
        content = {"trade_no": provider_ref, "out_request_no": refund_no, "refund_amount": format_yuan(amount_fen)}
        return self._asked("alipay.trade.refund", content, {})

    def _asked(self, method: str, content: dict[str, str], urls: dict[str, str]) -> Asked:
        params = {
            "app_id": self._app.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": f"{clock.now().astimezone(clock.TZ):%Y-%m-%d %H:%M:%S}",
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **urls,
        }
        params["sign"] = keys.sign(self._ours, canonical(params, without=frozenset({"sign"})))
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        return Asked("POST", GATEWAY, headers, urlencode(params).encode())

    def read(self, headers: Mapping[str, str], body: bytes) -> Told:
        try:
            params = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
            keys.verify(self._theirs, params["sign"], canonical(params, without=frozenset({"sign", "sign_type"})))
        except (InvalidSignature, binascii.Error, KeyError) as err:
            raise BadSignature("the signature does not fit") from err
        except ValueError as err:
            raise Malformed("not a notification") from err
        return self._told(params)

    def _told(self, params: Mapping[str, str]) -> Told:
        if params.get("app_id") != self._app.app_id:
            raise BadSignature("meant for another application")
        try:
            paid_at = datetime.fromisoformat(params["gmt_payment"]).replace(tzinfo=clock.TZ)
            is_paid = params["trade_status"] in _PAID
            return Told(
                params["trade_no"], params["out_trade_no"], whole(fen(params["total_amount"])), paid_at, is_paid
            )
        except (KeyError, ValueError, TypeError, ArithmeticError) as err:
            raise Malformed("not a notification") from err

    def answer(self, problem: str | None) -> Answer:
        return Answer(200, "text/plain", b"success" if problem is None else b"fail")

    def read_day_file(self, text: str) -> Sequence[Listed]:
        """The business detail: comments begin with #, amounts in yuan, numbers padded with tabs."""
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        rows = csv.DictReader(io.StringIO("\n".join(lines)))
        try:
            return [
                Listed(
                    row["支付宝交易号"].strip(),
                    row["商户订单号"].strip(),
                    fen(row["订单金额（元）"].strip()),
                    datetime.fromisoformat(row["完成时间"].strip()).replace(tzinfo=clock.TZ),
                )
                for row in rows
                if row["业务类型"].strip() == "交易"
            ]
        except (KeyError, ValueError, AttributeError, ArithmeticError) as err:
            raise Malformed(f"row {rows.line_num} cannot be read") from err
