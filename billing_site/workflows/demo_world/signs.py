"""A logo for whoever of the cast has a color: a ring, drawn rather than stored."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from billing_site.platform import pictures

SIZE = 400  # pixels; it is kept smaller


def sign(color: str) -> bytes:
    """Return a ring with a dot in it, in *color*."""
    drawn = Image.new("RGBA", (SIZE, SIZE))
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((10, 10, SIZE - 10, SIZE - 10), outline=color, width=SIZE // 6)
    pen.ellipse((160, 160, 240, 240), fill=color)
    kept = io.BytesIO()
    drawn.save(kept, "PNG")
    return pictures.logo_of(kept.getvalue(), name="sign.png")
