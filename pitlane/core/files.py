"""Uploads: what a file is decides its content, not its name. Images are decoded and re-encoded, so that nothing
but pixels is kept (no location data, no hidden script); everything has a size limit."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .access import Actor
from .errors import Refused
from .models import StoredFile
from .tenancy import current_org

MB = 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS = {"photo": 12 * MB, "signature": MB, "document": 20 * MB, "import": 220 * MB, "export": 500 * MB}
MOST_UNPACKED = 300 * MB
MAX_PIXELS = 50_000_000
STRANGER_PIXELS = 16_000_000  # a WebP takes 20 bytes of memory for each while it is read
MAX_SIDE = 2400


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that passed, and what it really is."""

    content: bytes
    media_type: str
    suffix: str


def check(content: bytes, purpose: str, most_pixels: int = MAX_PIXELS) -> Checked:
    """Decide by content whether the upload may be kept for the purpose; strangers get less memory than staff."""
    limit = LIMITS[purpose]
    if not content:
        raise Refused(_("文件是空的"), code="file_empty", field="file")
    if len(content) > limit:
        raise _beyond(limit)
    if purpose in ("photo", "signature"):
        return _image(content, most_pixels)
    return _document(content)


def content_of(upload: UploadedFile, purpose: str) -> bytes:
    """What somebody uploaded, refused by its size before it is taken into memory."""
    if (upload.size or 0) > LIMITS[purpose]:
        raise _beyond(LIMITS[purpose])
    content: bytes = upload.read()
    return content


def _beyond(limit: int) -> Refused:
    return Refused(_("文件超过 %(mb)s MB") % {"mb": limit // MB}, code="file_too_large", field="file")


def _image(content: bytes, most: int) -> Checked:
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            raise _too_large()
        _read_small(image)
        if image.width * image.height > most:
            raise _too_large()
        return _redrawn(image)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused(_("这不是可以识别的图片（JPG、PNG、WebP）"), code="not_an_image", field="file") from error


def _read_small(image: Image.Image) -> None:
    """A large JPEG is read at a half, a quarter or an eighth of its size, so that it takes little memory."""
    part = MAX_SIDE / max(image.size)
    if part < 1:
        image.draft("RGB", (ceil(image.width * part), ceil(image.height * part)))


def _too_large() -> Refused:
    return Refused(_("图片尺寸过大"), code="image_too_large", field="file")


def _redrawn(image: Image.Image) -> Checked:
    """The pixels, upright and at most ``MAX_SIDE`` long, and nothing else: no place, no camera, no comment."""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    plain, out = upright.convert("RGBA" if image.format == "PNG" else "RGB"), io.BytesIO()
    plain.info = {}
    if image.format == "PNG":
        plain.save(out, "PNG", optimize=True)
        return Checked(out.getvalue(), "image/png", ".png")
    plain.save(out, "JPEG", quality=85)
    return Checked(out.getvalue(), "image/jpeg", ".jpg")


def _document(content: bytes) -> Checked:
    if content.startswith(b"%PDF-"):
        return Checked(content, "application/pdf", ".pdf")
    if content.startswith(b"PK\x03\x04"):
        _spreadsheet(io.BytesIO(content))
        return Checked(content, XLSX, ".xlsx")
    if b"\x00" in content[:65536]:
        raise Refused(_("只接受 CSV、Excel（xlsx）或 PDF 文件"), code="file_type", field="file")
    return Checked(content, "text/csv", ".csv")


def _spreadsheet(source: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Refused(_("Excel 文件已损坏"), code="file_broken", field="file") from error
    if "xl/workbook.xml" not in names:
        raise Refused(_("只接受 CSV、Excel（xlsx）或 PDF 文件"), code="file_type", field="file")
    if unpacked > MOST_UNPACKED:
        raise Refused(_("Excel 文件解压后超过 300 MB，请另存为 CSV 再导入"), code="file_too_large", field="file")


def _spreadsheet_at(path: Path) -> str:
    with path.open("rb") as source:
        _spreadsheet(source)
    return XLSX


def _path(org_id: int, digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(org_id) / digest[:2] / digest


@dataclass(frozen=True, slots=True)
class Kept:
    """A large upload that was streamed to disk and checked, but has no row yet."""

    path: Path
    sha256: str
    name: str
    media_type: str
    size: int


def receive(chunks: Iterable[bytes], name: str, purpose: str) -> Kept:
    """Stream a large upload to disk without holding it in memory; stops at the limit and leaves nothing then."""
    folder = Path(settings.MEDIA_ROOT) / str(current_org())
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        draft = Path(out.name)
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > LIMITS[purpose]:
                    raise Refused(
                        _("文件超过 %(mb)s MB") % {"mb": LIMITS[purpose] // MB}, code="file_too_large", field="file"
                    )
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            media_type = _sniff(draft, size)
        except Refused:
            draft.unlink()
            raise
    path = _path(current_org(), digest.hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(draft, path)
    return Kept(path, digest.hexdigest(), name, media_type, size)


def _sniff(path: Path, size: int) -> str:
    with path.open("rb") as raw:
        head = raw.read(65536)
    if not size:
        raise Refused(_("文件是空的"), code="file_empty", field="file")
    if head.startswith(b"PK\x03\x04"):
        return _spreadsheet_at(path)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if (b"\x00" in head and not utf16) or head.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8", b"<!DOCTYPE", b"<html")):
        raise Refused(_("只接受 CSV 或 Excel（xlsx）文件"), code="file_type", field="file")
    return "text/csv"


def register(kept: Kept, *, purpose: str, store_id: int | None, by: Actor, at: datetime) -> StoredFile:
    """The row for a streamed upload; call it inside a command."""
    stored: StoredFile = StoredFile.objects.create(
        org_id=current_org(),
        sha256=kept.sha256,
        name=Path(kept.name).name[:160],
        media_type=kept.media_type,
        size=kept.size,
        purpose=purpose,
        store_id=store_id,
        created_at=at,
        created_by=by.name,
    )
    return stored


def keep(
    *,
    content: bytes,
    name: str,
    purpose: str,
    by: Actor,
    at: datetime,
    store_id: int | None = None,
    order_id: int | None = None,
    customer_id: int | None = None,
) -> StoredFile:
    """Check and keep an upload; call it inside a command. The same content is stored on disk once."""
    checked = check(content, purpose, STRANGER_PIXELS if by.kind == "customer" else MAX_PIXELS)
    digest = sha256(checked.content).hexdigest()
    path = _path(current_org(), digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(checked.content)
        os.replace(draft, path)
    stored: StoredFile = StoredFile.objects.create(
        org_id=current_org(),
        sha256=digest,
        name=(Path(name).stem[:120] or purpose) + checked.suffix,
        media_type=checked.media_type,
        size=len(checked.content),
        purpose=purpose,
        store_id=store_id,
        order_id=order_id,
        customer_id=customer_id,
        created_at=at,
        created_by=by.name,
    )
    return stored


def forget(wanted: QuerySet[StoredFile], *, at: datetime) -> int:
    """Take content off the disk for good and keep the rows; call it inside a command or a job of one organisation.

    Content that another row still needs stays. The disk is touched only when the transaction has succeeded.
    """
    rows = list(wanted.filter(removed_at=None).values_list("pk", "sha256"))
    StoredFile.objects.filter(pk__in=[pk for pk, _digest in rows]).update(removed_at=at)
    digests = {digest for _pk, digest in rows}
    needed = set(StoredFile.objects.filter(sha256__in=digests, removed_at=None).values_list("sha256", flat=True))
    paths = [_path(current_org(), digest) for digest in digests - needed]
    transaction.on_commit(partial(_unlink, paths))
    return len(rows)


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def read(stored: StoredFile) -> bytes:
    """The content of a kept file."""
    return path_of(stored).read_bytes()


def path_of(stored: StoredFile) -> Path:
    """Where the content lies, for streaming answers."""
    return _path(int(stored.org_id or 0), stored.sha256)
