"""Uploads: what a file is decides its content, not its name. Images are decoded and re-encoded, so that nothing
but pixels is kept (no location data, no hidden script); everything has a size limit."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .access import Actor
from .errors import Refused
from .models import StoredFile
from .tenancy import current_org

MB = 1024 * 1024
LIMITS = {"photo": 12 * MB, "signature": MB, "document": 20 * MB, "import": 220 * MB, "export": 500 * MB}
MAX_PIXELS = 50_000_000
MAX_SIDE = 2400


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that passed, and what it really is."""

    content: bytes
    media_type: str
    suffix: str


def check(content: bytes, purpose: str) -> Checked:
    """Decide by content whether the upload may be kept for the purpose."""
    limit = LIMITS[purpose]
    if not content:
        raise Refused(_("文件是空的"), code="file_empty", field="file")
    if len(content) > limit:
        raise Refused(_("文件超过 %(mb)s MB") % {"mb": limit // MB}, code="file_too_large", field="file")
    if purpose in ("photo", "signature"):
        return _image(content)
    return _document(content)


def _image(content: bytes) -> Checked:
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            raise Refused(_("图片尺寸过大"), code="image_too_large", field="file")
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
        out = io.BytesIO()
        if image.format == "PNG":
            upright.save(out, "PNG", optimize=True)
            return Checked(out.getvalue(), "image/png", ".png")
        upright.convert("RGB").save(out, "JPEG", quality=85)
        return Checked(out.getvalue(), "image/jpeg", ".jpg")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(_("这不是可以识别的图片（JPG、PNG、WebP）"), code="not_an_image", field="file") from error


def _document(content: bytes) -> Checked:
    if content.startswith(b"%PDF-"):
        return Checked(content, "application/pdf", ".pdf")
    if content.startswith(b"PK\x03\x04"):
        return _spreadsheet(content)
    if b"\x00" in content[:65536]:
        raise Refused(_("只接受 CSV、Excel（xlsx）或 PDF 文件"), code="file_type", field="file")
    return Checked(content, "text/csv", ".csv")


def _spreadsheet(content: bytes) -> Checked:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Refused(_("Excel 文件已损坏"), code="file_broken", field="file") from error
    if "xl/workbook.xml" not in names:
        raise Refused(_("只接受 CSV、Excel（xlsx）或 PDF 文件"), code="file_type", field="file")
    if unpacked > 1024 * MB:
        raise Refused(_("Excel 文件解压后过大"), code="file_too_large", field="file")
    return Checked(content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")


def _path(org_id: int, digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / str(org_id) / digest[:2] / digest


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
    checked = check(content, purpose)
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


def read(stored: StoredFile) -> bytes:
    """The content of a kept file."""
    return _path(stored.org_id, stored.sha256).read_bytes()


def path_of(stored: StoredFile) -> Path:
    """Where the content lies, for streaming answers."""
    return _path(stored.org_id, stored.sha256)
