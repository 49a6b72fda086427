"""How personal data is shown to whoever may not see it whole (domain/service-catalogue.md 1.3)."""

from __future__ import annotations

import re

from kernel import phone as phones

_ORGANISATION = re.compile(r"(公司|厂|店|学校|医院|中心|局|院|馆|社|站|所|集团|委员会|小学|中学|大学)$")


def mask_name(name: str) -> str:
    """王* / 王*明 / 欧**华; an organisation keeps its last three or four characters."""
    if not name:
        return name
    if len(name) > 4 or _ORGANISATION.search(name):
        kept = 4 if len(name) > 7 else 3
        return "*" * max(len(name) - kept, 1) + name[-kept:]
    if len(name) <= 2:
        return name[0] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


mask_phone = phones.mask


def mask_account_no(account_no: str) -> str:
    return "*" * max(len(account_no) - 4, 0) + account_no[-4:]


def mask_id_no(id_no: str) -> str:
    return id_no[:3] + "*" * max(len(id_no) - 5, 0) + id_no[-2:]


def mask_bank_no(bank_no: str) -> str:
    return "****" + bank_no[-4:]


def mask_address(address: str) -> str:
    """Down to the community or road: what identifies building and room becomes `*`."""
    return re.sub(r"[0-9０-９A-Za-z]+(?:-[0-9]+)*", "*", address)


_LONG_DIGITS = re.compile(r"(?<![0-9A-Za-z])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d\- ]{4,22}\d[Xx]?(?![0-9A-Za-z])")
_SPOKEN_DIGITS = re.compile(r"(?<![A-Za-z0-9])(?!\d{4}-)[零〇一二三四五六七八九幺洞拐两勾0-9]{6,}")


def _scrub_digits(match: re.Match[str]) -> str:
    text = match.group()
    digits = re.sub(r"\D", "", text)
    if len(digits) < 6:
        return text
    return "*" * (len(digits) - 2) + digits[-2:] if len(digits) < 10 else f"{digits[:3]}****{digits[-4:]}"


def scrub(text: str) -> str:
    """Free text made fit for a log: numbers of six digits and more (spoken too) lose their middle.

    Order numbers and dates stay: they are how a log is searched.
    """
    return _SPOKEN_DIGITS.sub("〔号码〕", _LONG_DIGITS.sub(_scrub_digits, text))
