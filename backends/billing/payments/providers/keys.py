"""RSA with SHA-256 (PKCS #1 v1.5), as both providers sign."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_PAD, _HASH = padding.PKCS1v15(), hashes.SHA256()


def private(pem: str) -> RSAPrivateKey:
    """Raises ValueError for what is no RSA key."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("an RSA key is wanted")
    return key


def public(pem: str) -> RSAPublicKey:
    """Raises ValueError for what is no RSA key."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("an RSA key is wanted")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    return base64.b64encode(key.sign(message, _PAD, _HASH)).decode()


def verify(key: RSAPublicKey, signature: str, message: bytes) -> None:
    """Raises cryptography's InvalidSignature, binascii.Error."""
    key.verify(base64.b64decode(signature, validate=True), message, _PAD, _HASH)
