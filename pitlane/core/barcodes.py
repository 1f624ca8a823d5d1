"""Codes that a scanner reads: Code 128 for part numbers, QR for addresses; both as inline SVG for paper."""

from __future__ import annotations

from itertools import accumulate

import segno
from django.utils.safestring import SafeString, mark_safe

START_B, STOP, QUIET = 104, 106, 10
WIDTHS = [
    "212222",
    "222122",
    "222221",
    "121223",
    "121322",
    "131222",
    "122213",
    "122312",
    "132212",
    "221213",
    "221312",
    "231212",
    "112232",
    "122132",
    "122231",
    "113222",
    "123122",
    "123221",
    "223211",
    "221132",
    "221231",
    "213212",
    "223112",
    "312131",
    "311222",
    "321122",
    "321221",
    "312212",
    "322112",
    "322211",
    "212123",
    "212321",
    "232121",
    "111323",
    "131123",
    "131321",
    "112313",
    "132113",
    "132311",
    "211313",
    "231113",
    "231311",
    "112133",
    "112331",
    "132131",
    "113123",
    "113321",
    "133121",
    "313121",
    "211331",
    "231131",
    "213113",
    "213311",
    "213131",
    "311123",
    "311321",
    "331121",
    "312113",
    "312311",
    "332111",
    "314111",
    "221411",
    "431111",
    "111224",
    "111422",
    "121124",
    "121421",
    "141122",
    "141221",
    "112214",
    "112412",
    "122114",
    "122411",
    "142112",
    "142211",
    "241211",
    "221114",
    "413111",
    "241112",
    "134111",
    "111242",
    "121142",
    "121241",
    "114212",
    "124112",
    "124211",
    "411212",
    "421112",
    "421211",
    "212141",
    "214121",
    "412121",
    "111143",
    "111341",
    "131141",
    "114113",
    "114311",
    "411113",
    "411311",
    "113141",
    "114131",
    "311141",
    "411131",
    "211412",
    "211214",
    "211232",
    "2331112",
]


def code128(text: str) -> list[int]:
    """The widths of bars and gaps in turn, in modules; empty where a character has no sign in code set B."""
    signs = [ord(letter) - 32 for letter in text]
    if not signs or not all(0 <= sign < 95 for sign in signs):
        return []
    check = (START_B + sum(place * sign for place, sign in enumerate(signs, 1))) % 103
    return [int(width) for sign in (START_B, *signs, check, STOP) for width in WIDTHS[sign]]


def barcode_svg(text: str) -> SafeString:
    """A Code 128 barcode with its quiet zones that fills its box; nothing for text that cannot be written in it."""
    widths = code128(text)
    ends = list(accumulate(widths))
    bars = "".join(f"M{end - width} 0h{width}v1h-{width}z" for width, end in list(zip(widths, ends, strict=True))[::2])
    size = ends[-1] if ends else 0
    box = f"-{QUIET} 0 {size + 2 * QUIET} 1"
    svg = f'<svg viewBox="{box}" preserveAspectRatio="none" aria-hidden="true"><path d="{bars}"/></svg>'
    return mark_safe(svg if bars else "")


def qr_svg(text: str) -> SafeString:
    """A QR code that fills its box; made of our own addresses, so there is nothing to escape."""
    return mark_safe(segno.make(text, error="m", boost_error=False).svg_inline(border=0, omitsize=True))


def copies_of(text: str | None) -> int:
    """How many copies of a label somebody asked for: one to twenty."""
    return min(20, max(1, int(text))) if text and text.isdecimal() and len(text) < 4 else 1
