"""What may differ between one installation and another; read once at start and passed in.

Environment: prefix `DENGHUO_`, nested by `__`, e.g. `DENGHUO_DATABASE__URL`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SAMPLE_PREFIX = "sample-"  # every secret that ships with the code starts so, and is refused in production


def _sample(name: str) -> SecretStr:
    return SecretStr(f"{SAMPLE_PREFIX}{name}-secret-not-for-production")


class DatabaseSettings(BaseModel):
    url: str = "postgresql+psycopg://postgres@127.0.0.1:5432/denghuo"
    pool_size: int = 8


class RedisSettings(BaseModel):
    url: str = "redis://127.0.0.1:6379/0"


class PeerSettings(BaseModel):
    url: str


class ServiceSettings(BaseModel):
    """The bearer token our own processes show each other."""

    token: SecretStr = _sample("service-token")


class IdentitySettings(BaseModel):
    secret: SecretStr = _sample("identity")
    valid_for: timedelta = timedelta(minutes=15)


class VisitorSettings(BaseModel):
    secret: SecretStr = _sample("visitor")
    valid_for: timedelta = timedelta(days=30)


class DeskSettings(BaseModel):
    session_secret: SecretStr = _sample("desk-session")
    session_for: timedelta = timedelta(hours=10)


class TwilioSettings(BaseModel):
    account_sid: str = "AC00000000000000000000000000000000"
    auth_token: SecretStr = _sample("twilio-auth-token")
    public_url: str = "https://ivr.example.com"  # as Twilio sees us: signatures are made over it
    number: str = "+8695598"


class WechatPaySettings(BaseModel):
    """A merchant of WeChat Pay (API v3); keys as PEM."""

    mchid: str
    appid: str
    serial_no: str
    private_key: SecretStr
    platform_serial: str
    platform_key: str
    api_v3_key: SecretStr


class AlipaySettings(BaseModel):
    """An application of Alipay; keys as PEM."""

    app_id: str
    private_key: SecretStr
    alipay_key: str


class PaymentSettings(BaseModel):
    """`public_url`: where customers reach our pay pages and providers our notifications."""

    public_url: str = "http://127.0.0.1:8000"
    link_valid_for: timedelta = timedelta(hours=24)
    sandbox_secret: SecretStr = _sample("pay-sandbox")
    wechat: WechatPaySettings | None = None
    alipay: AlipaySettings | None = None


class TimeLimits(BaseModel):
    """Design 2: bounded everywhere, seconds."""

    turn_s: float = 8
    action_s: float = 3
    backend_s: float = 2


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DENGHUO_", env_nested_delimiter="__", extra="ignore")

    environment: Literal["development", "test", "production"] = "development"
    sample_mode: bool | None = None  # None: on outside production
    home: Path = Path("var")
    port: int = 8000
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    ticketing: PeerSettings = PeerSettings(url="http://127.0.0.1:8001")
    billing: PeerSettings = PeerSettings(url="http://127.0.0.1:8002")
    knowledge: PeerSettings = PeerSettings(url="http://127.0.0.1:8000")  # behind the public port
    actions: PeerSettings = PeerSettings(url="http://127.0.0.1:8003")
    bot: PeerSettings = PeerSettings(url="http://127.0.0.1:8004")
    service: ServiceSettings = Field(default_factory=ServiceSettings)
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    visitor: VisitorSettings = Field(default_factory=VisitorSettings)
    desk: DeskSettings = Field(default_factory=DeskSettings)
    twilio: TwilioSettings = Field(default_factory=TwilioSettings)
    payments: PaymentSettings = Field(default_factory=PaymentSettings)
    time_limits: TimeLimits = TimeLimits()

    @model_validator(mode="after")
    def _settle_sample_mode(self) -> Settings:
        """Sample mode (sample customers, fixed codes, extra test channels) is on outside production unless told."""
        if self.sample_mode is None:
            self.sample_mode = self.environment != "production"
        if self.environment != "production":
            return self
        if self.sample_mode:
            raise ValueError("sample mode is not for production: unset DENGHUO_SAMPLE_MODE")
        left = [name for name, secret in self._secrets() if secret.get_secret_value().startswith(SAMPLE_PREFIX)]
        if left:
            names = ", ".join(f"DENGHUO_{name}" for name in left)
            raise ValueError(f"these secrets still have their sample value, set them before starting: {names}")
        return self

    def _secrets(self) -> list[tuple[str, SecretStr]]:
        return [
            ("SERVICE__TOKEN", self.service.token),
            ("IDENTITY__SECRET", self.identity.secret),
            ("VISITOR__SECRET", self.visitor.secret),
            ("DESK__SESSION_SECRET", self.desk.session_secret),
            ("TWILIO__AUTH_TOKEN", self.twilio.auth_token),
        ]


@cache
def load() -> Settings:
    """The settings of this process, read once.

    Raises:
        pydantic.ValidationError: a value is malformed, or production still has sample secrets.
    """
    return Settings()
