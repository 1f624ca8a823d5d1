"""Uploads: content decides what a file is; images lose everything but their pixels; sizes are limited."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from pitlane.accounts.tests.factories import BACKEND, make_role, person
from pitlane.core import files
from pitlane.core.access import customer
from pitlane.core.errors import Missing, Refused
from pitlane.core.housekeeping import tidy
from pitlane.core.models import StoredFile
from pitlane.core.testing import Shop, nothing_changes
from pitlane.core.views import send_file

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
MB = 1024 * 1024


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **options)
    return out.getvalue()


def located_photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (39.9, 0.0, 0.0)
    return picture(exif=exif, comment=b"13800138000")


def pixel_bomb() -> bytes:
    """A few bytes of PNG that claim 50,000 by 50,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def archive(**names: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in names.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize("kind, media", [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")])
def test_pictures_are_drawn_anew(kind: str, media: str) -> None:
    checked = files.check(picture(kind), "photo")
    assert checked.media_type == media and Image.open(io.BytesIO(checked.content)).size == (60, 40)


def test_where_and_with_what_a_photo_was_taken_is_not_kept() -> None:
    kept = files.check(located_photo(), "photo").content
    image = Image.open(io.BytesIO(kept))
    assert dict(image.getexif()) == {} and b"SecretCam" not in kept and b"13800138000" not in kept
    assert image.size == (40, 60)


def test_what_hides_behind_a_picture_is_not_kept() -> None:
    both = picture("PNG") + HTML + archive(**{"xl__workbook.xml": b"x"})
    assert b"script" not in files.check(both, "photo").content


@pytest.mark.parametrize(
    "content, code",
    [
        (b"", "file_empty"),
        (SVG, "not_an_image"),
        (HTML, "not_an_image"),
        (b"GIF89a" + b"\0" * 40, "not_an_image"),
        (picture()[:200], "not_an_image"),
        (pixel_bomb(), "image_too_large"),
        (b"\xff\xd8\xff" + b"\0" * (13 * MB), "file_too_large"),
        (picture("BMP"), "not_an_image"),
    ],
    ids=["empty", "svg", "html", "gif", "cut", "bomb", "large", "bmp"],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        files.check(content, "photo")
    assert (refusal.value.code, refusal.value.field) == (code, "file")


@pytest.mark.parametrize(
    "content, code",
    [
        (b"MZ\x90\x00\x03", "file_type"),
        (picture(), "file_type"),
        (b"PK\x03\x04broken", "file_broken"),
        (archive(**{"word__document.xml": b"x"}), "file_type"),
        (b"", "file_empty"),
    ],
    ids=["program", "picture", "broken", "word", "empty"],
)
def test_what_is_no_document_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        files.check(content, "document")
    assert refusal.value.code == code


def test_documents_are_known_by_their_content() -> None:
    kinds = {
        files.check(content, "document").media_type
        for content in (b"%PDF-1.7 x", archive(**{"xl__workbook.xml": b"x"}), b"a,b\n1,2\n")
    }
    assert kinds == {"application/pdf", files.XLSX, "text/csv"}


def test_the_same_content_lies_on_disk_once(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    one = files.keep(content=picture(), name="../../evil.php", purpose="photo", by=by, at=at, store_id=shop.store_id)
    two = files.keep(content=picture(), name="b.jpg", purpose="photo", by=by, at=at)
    assert (one.name, one.created_by, one.size) == ("evil.jpg", "董店长", len(files.read(one)))
    assert files.path_of(one) == files.path_of(two) and StoredFile.objects.count() == 2
    assert files.path_of(one).is_relative_to(settings.MEDIA_ROOT)


def many(size: int, chunk: int = MB) -> Iterator[bytes]:
    for _ in range(size // chunk):
        yield b"a,b\n" * (chunk // 4)


def leftovers(shop: Shop) -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / str(shop.org_id)).glob("tmp*")]


def test_a_large_upload_is_stopped_at_the_limit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += MB
            yield b"x" * MB

    monkeypatch.setitem(files.LIMITS, "import", 5 * MB)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        files.receive(endless(), "big.csv", "import")
    assert refusal.value.code == "file_too_large" and taken == 6 * MB and leftovers(shop) == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1", b"\x89PNG", HTML, b"PK\x03\x04zip", b"a\x00b"])
def test_what_is_no_table_is_not_received(shop: Shop, content: bytes) -> None:
    with pytest.raises(Refused):
        files.receive([content] if content else [], "x.csv", "import")
    assert leftovers(shop) == []


def test_a_streamed_upload_is_kept_under_its_content(shop: Shop, at: datetime) -> None:
    kept = files.receive(many(3 * MB), "../kunden.csv", "import")
    stored = files.register(kept, purpose="import", store_id=shop.store_id, by=shop.boss(), at=at)
    assert (stored.size, stored.name, stored.media_type) == (3 * MB, "kunden.csv", "text/csv")
    assert files.path_of(stored).stat().st_size == 3 * MB


def test_files_are_sent_as_what_they_are_to_those_who_may(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    near = files.keep(content=picture(), name="a.jpg", purpose="photo", by=by, at=at, store_id=shop.store_id)
    far = files.keep(content=picture(), name="a.jpg", purpose="photo", by=by, at=at, store_id=shop.other_store_id)
    table = files.keep(content=b"<script>,b\n", name="a.html", purpose="document", by=by, at=at)
    private = files.keep(content=picture(), name="a.jpg", purpose="photo", by=by, at=at, customer_id=1)
    client = Client()
    assert client.get(f"/files/{near.ref}").status_code == 302
    client.force_login(person(shop, make_role(shop, "desk")), backend=BACKEND)
    answer = client.get(f"/files/{near.ref}")
    assert answer["Content-Type"] == "image/jpeg" and "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == files.read(near)
    download = client.get(f"/files/{table.ref}")
    assert b"".join(download.streaming_content) == b"<script>,b\n"
    assert "attachment" in download["Content-Disposition"] and "a.csv" in download["Content-Disposition"]
    assert [client.get(f"/files/{one.ref}").status_code for one in (far, private)] == [404, 404]


@pytest.mark.parametrize("purpose", ["import", "export"])
def test_lists_of_customers_are_not_opened_by_address(shop: Shop, at: datetime, purpose: str) -> None:
    table = files.keep(content=b"name,phone\n", name="a.csv", purpose=purpose, by=shop.boss(), at=at)
    client = Client()
    client.force_login(person(shop, make_role(shop, "boss", "*")), backend=BACKEND)
    assert client.get(f"/files/{table.ref}").status_code == 404


def test_forgotten_content_leaves_the_disk_and_its_row(
    shop: Shop, at: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    by = shop.boss()
    one = files.keep(content=picture(), name="a.jpg", purpose="photo", by=by, at=at)
    two = files.keep(content=picture(), name="b.jpg", purpose="photo", by=by, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        files.forget(StoredFile.objects.filter(pk=one.pk), at=at)
    assert files.path_of(two).exists(), "another row still needs it"
    with django_capture_on_commit_callbacks(execute=True):
        assert files.forget(StoredFile.objects.all(), at=at) == 1
    assert not files.path_of(two).exists() and StoredFile.objects.exclude(removed_at=None).count() == 2
    with pytest.raises(Missing):
        send_file(StoredFile.objects.get(pk=two.pk))


def test_tables_of_people_are_kept_a_month(shop: Shop, at: datetime, django_capture_on_commit_callbacks: Any) -> None:
    facts = {"content": "姓名,电话\n王,13800138000\n".encode(), "name": "a.csv", "by": shop.boss()}
    now = timezone.now()
    files.keep(purpose="export", at=now - timedelta(days=29), **facts)
    tidy()
    assert not StoredFile.objects.exclude(removed_at=None).exists()
    StoredFile.objects.update(created_at=now - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):
        tidy()
    gone = StoredFile.objects.get()
    assert gone.removed_at is not None and not files.path_of(gone).exists()


class Endless(SimpleUploadedFile):
    """An upload that must not be read."""

    def read(self, num_bytes: int | None = None) -> bytes:
        raise AssertionError("read")


def test_a_large_photo_is_refused_before_it_is_read() -> None:
    upload = Endless("a.jpg", b"x")
    upload.size = 13 * MB
    with pytest.raises(Refused) as refusal:
        files.content_of(upload, "photo")
    assert refusal.value.code == "file_too_large"
    assert files.content_of(SimpleUploadedFile("a.jpg", b"abc"), "photo") == b"abc"


def spoiled() -> list[bytes]:
    """Photos with bytes of their description turned over, as a broken phone or an attacker sends them."""
    photo, dice = located_photo(), Random(7)
    found = []
    for _ in range(300):
        bad = bytearray(photo)
        for _ in range(dice.randrange(1, 6)):
            bad[dice.randrange(2, min(len(bad), 400))] = dice.randrange(256)
        found.append(bytes(bad))
    return found


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_photo_with_a_broken_description_is_kept_or_refused() -> None:
    for content in spoiled():
        with suppress(Refused):
            assert files.check(content, "photo").media_type in ("image/jpeg", "image/png")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_stranger_takes_less_memory_than_staff(shop: Shop, at: datetime, kind: str) -> None:
    large = picture(kind, (4100, 4000))
    facts: dict[str, Any] = {"content": large, "name": "a", "purpose": "photo", "at": at}
    with pytest.raises(Refused) as refused:
        files.keep(**facts, by=customer(shop.org_id, 0, "车主"))
    assert refused.value.code == "image_too_large"
    assert files.keep(**facts, by=shop.boss()).pk


def test_the_photo_of_a_large_camera_is_taken_from_a_stranger(shop: Shop, at: datetime) -> None:
    large = picture("JPEG", (8000, 6000))
    kept = files.keep(content=large, name="a", purpose="photo", by=customer(shop.org_id, 0, "车主"), at=at)
    assert Image.open(io.BytesIO(files.read(kept))).size == (2400, 1800)
