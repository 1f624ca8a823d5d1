"""TC3-HMAC-SHA256: https://cloud.tencent.com/document/api/382/52072 (signature method v3)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT = "application/json; charset=utf-8"


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def authorization(secret_id: str, secret_key: str, service: str, host: str, body: bytes, stamp: int) -> str:
    """The header for a POST of JSON; ``content-type`` and ``host`` are signed."""
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    signed = "content-type;host"
    headers = f"content-type:{CONTENT}\nhost:{host}\n"
    request = f"POST\n/\n\n{headers}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{service}/tc3_request"
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = _mac(_mac(_mac(f"TC3{secret_key}".encode(), day), service), "tc3_request")
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
