"""Photos and voices: what is taken, what is left out of them, who sees them."""

from __future__ import annotations

import struct
import zlib

import pytest

from backends.ticketing.attachments import kinds
from kernel import ids

STAFF = {"X-View": "staff"}
PLACE = b"GPS 30.123N 120.456E"


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(*, exif: bytes = b"Exif\0\0" + PLACE) -> bytes:
    head = b"\xff\xd8" + _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + _segment(0xE1, exif)
    return head + _segment(0xFE, PLACE) + _segment(0xDB, bytes(65)) + _segment(0xDA, bytes(10)) + b"\x12\x34\xff\xd9"


def png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    pixel = chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + chunk(b"tEXt", PLACE) + pixel + chunk(b"IEND", b"")


def wav() -> bytes:
    return b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + bytes(28)


@pytest.fixture
def bring(http, phone):
    """Upload bytes to an order, as the customer unless headers say otherwise."""

    def upload(number: str, data: bytes, *, key: str | None = None, last4: str | None = None, **headers: str):
        return http.post(
            f"/v1/work-orders/{number}/attachments",
            content=data,
            params={"phone_last4": last4 or phone[-4:]},
            headers={"Idempotency-Key": key or ids.new_id("k"), "Content-Type": "application/octet-stream", **headers},
        )

    return upload


@pytest.fixture
def number(file_fault) -> str:
    return str(file_fault().json()["order_no"])


def read(http, number: str, key: str, **query: str):
    return http.get(f"/v1/work-orders/{number}/attachments/{key}", params=query)


class TestTaken:
    @pytest.mark.row("S30")
    @pytest.mark.parametrize(
        ("data", "media_type"), [(jpeg(), "image/jpeg"), (png(), "image/png"), (wav(), "audio/wav")]
    )
    def test_a_photo_or_voice_belongs_to_the_order_and_is_given_back(
        self, bring, number, http, phone, staff, data, media_type
    ):
        kept = bring(number, data)
        assert (kept.status_code, kept.json()["media_type"]) == (201, media_type)
        assert staff(number)["attachment_keys"] == [kept.json()["key"]]
        back = read(http, number, kept.json()["key"], phone_last4=phone[-4:])
        assert back.headers["content-type"] == media_type
        assert back.headers["x-content-type-options"] == "nosniff"
        assert back.headers["content-disposition"].startswith("attachment")

    @pytest.mark.parametrize("data", [jpeg(), png()])
    def test_where_a_picture_was_taken_is_left_out(self, bring, number, http, phone, data):
        assert PLACE in data
        key = bring(number, data).json()["key"]
        back = read(http, number, key, phone_last4=phone[-4:]).content
        assert PLACE not in back
        assert len(back) > 50

    def test_the_same_file_twice_is_one(self, bring, number, staff):
        one, other = bring(number, jpeg(), key="once"), bring(number, jpeg(), key="once")
        assert one.json() == other.json()
        bring(number, jpeg())
        assert len(staff(number)["attachment_keys"]) == 1


class TestRefused:
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"MZ\x90\0" * 20,
            b"<svg onload=alert(1)>",
            b"<html>",
            b"%PDF-1.7",
            jpeg()[:40],
            png()[:30],
            b"\xff\xd8\xff",
        ],
    )
    def test_what_is_no_picture_or_voice_whatever_it_calls_itself(self, bring, number, staff, data):
        answer = bring(number, data, **{"Content-Type": "image/jpeg"})
        assert (answer.status_code, answer.json()["code"]) == (415, "attachment_not_taken")
        assert staff(number)["attachment_keys"] == []

    def test_what_is_too_large(self, bring, number):
        answer = bring(number, jpeg() + bytes(kinds.MAX_BYTES))
        assert (answer.status_code, answer.json()["code"]) == (413, "attachment_too_large")

    def test_the_thirteenth(self, bring, number):
        for place in range(kinds.MOST_A_ORDER):
            assert bring(number, jpeg(exif=bytes([place]))[:-2] + bytes([place]) + b"\xff\xd9").status_code == 201
        assert bring(number, wav()).json()["code"] == "too_many_attachments"


class TestWhoSees:
    def test_who_cannot_prove_the_order_neither_brings_nor_sees(self, bring, number, http):
        assert bring(number, jpeg(), last4="0000").status_code == 403
        key = bring(number, jpeg()).json()["key"]
        assert read(http, number, key, phone_last4="0000").status_code == 403
        assert read(http, number, key).status_code == 403

    def test_a_file_is_shown_under_its_own_order_only(self, bring, number, http, file_fault, phone):
        key = bring(number, jpeg()).json()["key"]
        other = file_fault(address="望江苑9号楼909").json()["order_no"]
        assert read(http, other, key, phone_last4=phone[-4:]).status_code == 404

    def test_nobody_walks_out_of_the_folder(self, http, number):
        for key in ("..%2F..%2Fetc%2Fpasswd", "0" * 32 + ".jpg/../x"):
            assert http.get(f"/v1/work-orders/{number}/attachments/{key}", headers=STAFF).status_code in (404, 422)
