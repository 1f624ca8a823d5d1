"""Draws the icons of the installable pages: the shapes of ``core/static/core/icon.svg``. Run it when they change."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).parents[1] / "pitlane" / "portal" / "static" / "portal" / "icons"
GROUND, LEFT, RIGHT = "#1d4d57", "#ffc233", "#ffffff"
CHEVRON = [(9, 10), (15, 10), (21, 19), (15, 28), (9, 28), (15, 19)]
BOX = 38


def draw(size: int, *, maskable: bool) -> Image.Image:
    """Four times too large and then made smaller, for smooth edges; a maskable icon fills its corners."""
    large = size * 4
    image = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, large - 1, large - 1), radius=0 if maskable else large * 10 // BOX, fill=GROUND)
    scale = large / BOX * (0.8 if maskable else 1)
    edge = (large - BOX * scale) / 2
    for shift, colour in ((0, LEFT), (9, RIGHT)):
        pen.polygon([(edge + (x + shift) * scale, edge + y * scale) for x, y in CHEVRON], fill=colour)
    return image.resize((size, size), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for size in (180, 192, 512):
        draw(size, maskable=size == 180).save(TARGET / f"{size}.png", optimize=True)
    draw(512, maskable=True).save(TARGET / "512-maskable.png", optimize=True)
