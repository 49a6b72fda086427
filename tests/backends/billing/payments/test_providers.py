"""WeChat Pay and Alipay as their public pages describe them, with keys made here: what is signed, sealed and listed."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backends.billing.payments.errors import BadSignature
from backends.billing.payments.providers import keys
from backends.billing.payments.providers.alipay import Alipay, App, canonical
from backends.billing.payments.providers.port import Order
from backends.billing.payments.providers.wechat_pay import Merchant, WechatPay
from kernel import clock
from kernel.errors import Malformed

API_V3_KEY = "0123456789abcdef0123456789abcdef"
PAID_AT = datetime(2026, 11, 24, 14, 0, tzinfo=clock.TZ)


def pair() -> tuple[Any, str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, private, public.decode()


OURS, THEIRS = pair(), pair()
ORDER = Order("lj_1", 11501, "电费", PAID_AT, "https://ours.example/pay/notify/x", "https://ours.example/pay/t")


class TestWechatPay:
    provider = WechatPay(Merchant("1900000001", "wx1", "SER1", OURS[1], "PLAT1", THEIRS[2], API_V3_KEY))

    def notification(self, *, tamper: bool = False, serial: str = "PLAT1", stamp: int | None = None, **bent: Any):
        said = {
            "transaction_id": "4200001", "out_trade_no": "lj_1", "trade_state": "SUCCESS",
            "success_time": PAID_AT.isoformat(), "amount": {"total": 11501, "currency": "CNY"}, **bent,
        }  # fmt: skip
        sealed = AESGCM(API_V3_KEY.encode()).encrypt(b"nonce1234567", json.dumps(said).encode(), b"transaction")
        resource = {
            "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(sealed).decode(),
            "nonce": "nonce1234567", "associated_data": "transaction",
        }  # fmt: skip
        body = json.dumps({"event_type": "TRANSACTION.SUCCESS", "resource": resource}).encode()
        at = str(stamp or int(clock.now().timestamp()))
        signature = keys.sign(THEIRS[0], b"\n".join([at.encode(), b"N1", body, b""]))
        headers = {
            "wechatpay-timestamp": at, "wechatpay-nonce": "N1", "wechatpay-serial": serial,
            "wechatpay-signature": signature,
        }  # fmt: skip
        return headers, body + (b" " if tamper else b"")

    def test_a_signed_and_sealed_notification_is_read(self):
        told = self.provider.read(*self.notification())
        assert (told.provider_ref, told.order_ref, told.amount_fen, told.is_paid) == ("4200001", "lj_1", 11501, True)
        assert told.paid_at == PAID_AT

    @pytest.mark.parametrize("bent", [{"tamper": True}, {"serial": "OTHER"}, {"stamp": 1}])
    def test_one_that_is_not_theirs_is_refused(self, bent):
        with pytest.raises(BadSignature):
            self.provider.read(*self.notification(**bent))

    def test_one_sealed_with_another_key_is_refused(self):
        other = WechatPay(Merchant("1900000001", "wx1", "SER1", OURS[1], "PLAT1", THEIRS[2], "x" * 32))
        with pytest.raises(BadSignature):
            other.read(*self.notification())

    def test_a_refused_payment_is_no_payment(self):
        assert self.provider.read(*self.notification(trade_state="CLOSED")).is_paid is False

    def test_an_order_is_signed_over_what_is_sent(self):
        asked = self.provider.ask(ORDER)
        parts = dict(part.split("=", 1) for part in asked.headers["Authorization"].split(" ", 1)[1].split(","))
        stamp, nonce, signature = (parts[n].strip('"') for n in ("timestamp", "nonce_str", "signature"))
        path = asked.url.removeprefix("https://api.mch.weixin.qq.com")
        keys.verify(
            keys.public(OURS[2]),
            signature,
            b"\n".join([b"POST", path.encode(), stamp.encode(), nonce.encode(), asked.body, b""]),
        )
        assert json.loads(asked.body)["amount"] == {"total": 11501, "currency": "CNY"}

    def test_its_day_file_is_read_up_to_the_summary(self):
        text = (
            "交易时间,微信订单号,商户订单号,应结订单金额\n"
            "`2026-11-24 14:00:00,`4200001,`lj_1,`115.01\n"
            "总交易单数,应结订单总金额\n`1,`115.01\n"
        )
        (row,) = self.provider.read_day_file(text)
        assert (row.provider_ref, row.amount_fen, row.paid_at) == ("4200001", 11501, PAID_AT)

    def test_a_row_that_cannot_be_read_is_named(self):
        with pytest.raises(Malformed, match="row 2"):
            self.provider.read_day_file("交易时间,微信订单号,商户订单号,应结订单金额\n`x,`1,`2,`3\n")

    def test_the_answers_are_its_own(self):
        assert self.provider.answer(None).status == 204
        assert json.loads(self.provider.answer("wrong_amount").body) == {"code": "FAIL", "message": "wrong_amount"}


class TestAlipay:
    provider = Alipay(App("2021001", OURS[1], THEIRS[2]))

    def notification(self, **bent: str) -> bytes:
        params = {
            "app_id": "2021001", "trade_no": "2026112422001", "out_trade_no": "lj_1", "trade_status": "TRADE_SUCCESS",
            "total_amount": "115.01", "gmt_payment": "2026-11-24 14:00:00", "sign_type": "RSA2", "subject": "电费",
        }  # fmt: skip
        signature = keys.sign(THEIRS[0], canonical(params, without=frozenset({"sign", "sign_type"})))
        return urlencode({**params, "sign": signature, **bent}).encode()

    def test_a_signed_notification_is_read(self):
        told = self.provider.read({}, self.notification())
        assert (told.provider_ref, told.order_ref, told.amount_fen, told.paid_at) == (
            "2026112422001", "lj_1", 11501, PAID_AT,
        )  # fmt: skip

    @pytest.mark.parametrize("bent", [{"total_amount": "0.01"}, {"sign": "AAAA"}, {"out_trade_no": "lj_2"}])
    def test_one_that_was_changed_is_refused(self, bent):
        with pytest.raises(BadSignature):
            self.provider.read({}, self.notification(**bent))

    def test_rubbish_is_no_notification(self):
        with pytest.raises((Malformed, BadSignature)):
            self.provider.read({}, b"\xff\xfe")

    def test_an_order_is_signed_over_its_sorted_parameters(self):
        params = dict(parse_qsl(self.provider.ask(ORDER).body.decode()))
        signed = canonical(params, without=frozenset({"sign"}))
        keys.verify(keys.public(OURS[2]), params["sign"], signed)
        assert json.loads(params["biz_content"])["total_amount"] == "115.01"

    def test_a_refund_names_the_payment_and_the_part(self):
        asked = self.provider.ask_refund(refund_no="tf_1", provider_ref="2026112422001", amount_fen=500, of_fen=11501)
        content = json.loads(dict(parse_qsl(asked.body.decode()))["biz_content"])
        assert content == {"trade_no": "2026112422001", "out_request_no": "tf_1", "refund_amount": "5.00"}

    def test_its_day_file_is_read_without_its_comments(self):
        text = (
            "#支付宝业务明细查询\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额（元）\n"
            "2026112422001\t,lj_1\t,交易,2026-11-24 14:00:00,115.01\n"
            "2026112422002\t,lj_2\t,退款,2026-11-24 15:00:00,-3.00\n#结束\n"
        )
        (row,) = self.provider.read_day_file(text)
        assert (row.provider_ref, row.order_ref, row.amount_fen) == ("2026112422001", "lj_1", 11501)

    def test_the_answers_are_its_own(self):
        assert (self.provider.answer(None).body, self.provider.answer("x").body) == (b"success", b"fail")
