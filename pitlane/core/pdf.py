"""Papers as PDF files: a Typst template of a domain and the facts it shows, with a font that knows Chinese.

Facts go in as data and are never read as markup, so whatever a customer is called stays text. Nothing of the machine is
read but the template and the font of the program; the same facts give the same file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "data" / "fonts"


def pdf_of(template: Path, facts: Mapping[str, Any], *, at: datetime) -> bytes:
    """The finished file. The template reads ``sys.inputs.facts`` as JSON; ``at`` is the time written into the file."""
    said = json.dumps(facts, ensure_ascii=False)
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"facts": said},
        timestamp=int(at.timestamp()),
    )
    return made
