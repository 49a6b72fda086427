"""Which providers this house has, by its settings: those with keys, and the sandbox outside production."""

from __future__ import annotations

from backends.billing.payments.errors import ProviderNotFound
from backends.billing.payments.providers.alipay import Alipay, App
from backends.billing.payments.providers.port import Provider
from backends.billing.payments.providers.sandbox import Sandbox
from backends.billing.payments.providers.wechat_pay import Merchant, WechatPay
from kit.settings import PaymentSettings


def providers(config: PaymentSettings, *, with_sandbox: bool) -> dict[str, Provider]:
    found: list[Provider] = []
    if with_sandbox:
        found.append(sandbox(config))
    if config.wechat is not None:
        own = {name: _plain(value) for name, value in config.wechat}
        found.append(WechatPay(Merchant(**own)))
    if config.alipay is not None:
        found.append(Alipay(App(**{name: _plain(value) for name, value in config.alipay})))
    return {one.name: one for one in found}


def sandbox(config: PaymentSettings) -> Sandbox:
    return Sandbox(config.sandbox_secret.get_secret_value(), f"{config.public_url}/pay/sandbox")


def named(known: dict[str, Provider], name: str) -> Provider:
    """Raises ProviderNotFound."""
    if name not in known:
        raise ProviderNotFound(name)
    return known[name]


def _plain(value: object) -> str:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)
