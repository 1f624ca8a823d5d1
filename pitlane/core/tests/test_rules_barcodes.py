"""Barcodes are read back by rule: every sign differs, widths and check sums are what scanners expect."""

import pytest

from pitlane.core.barcodes import START_B, STOP, WIDTHS, barcode_svg, code128, qr_svg


def test_every_sign_is_eleven_modules_wide_and_different() -> None:
    assert len(WIDTHS) == len(set(WIDTHS)) == 107
    assert all(sum(map(int, sign)) == 11 and sum(map(int, sign[::2])) % 2 == 0 for sign in WIDTHS[:STOP])
    assert sum(map(int, WIDTHS[STOP])) == 13


def read(widths: list[int]) -> str:
    """A scanner in small: cut into signs, check the sum, back to letters."""
    body, stop = widths[:-7], widths[-7:]
    assert "".join(map(str, stop)) == WIDTHS[STOP]
    signs = [WIDTHS.index("".join(map(str, body[at : at + 6]))) for at in range(0, len(body), 6)]
    start, *data, check = signs
    assert start == START_B and check == (START_B + sum(n * sign for n, sign in enumerate(data, 1))) % 103
    return "".join(chr(sign + 32) for sign in data)


@pytest.mark.parametrize("text", ["A", "OF-VWA", "6901234567892", "BK 01/a~", "x" * 40])
def test_what_is_written_is_read(text: str) -> None:
    assert read(code128(text)) == text


def test_a_known_code() -> None:
    assert [WIDTHS.index("".join(map(str, code128("PJJ123C")[at : at + 6]))) for at in (0, 48)] == [104, 55]


@pytest.mark.parametrize("text", ["", "机滤", "A\n"])
def test_what_cannot_be_written_gives_nothing(text: str) -> None:
    assert code128(text) == [] and barcode_svg(text) == ""


def test_pictures_have_no_size_of_their_own() -> None:
    assert 'viewBox="-10 0 66 1"' in barcode_svg("A") and "<path" in qr_svg("https://shop.example/orders/x")
