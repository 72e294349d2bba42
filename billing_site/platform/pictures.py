"""Pictures that we print ourselves: small, flat, and drawn anew; and colors that can be read."""

from __future__ import annotations

import io
import re
import struct

from PIL import Image, ImageFile, ImageOps

from billing_site.platform.files import NotAFile

LARGEST_LOGO = 2 * 1024 * 1024  # bytes, before it is made small
MOST_PIXELS = 4_000_000  # before it is made small: what few bytes may unfold to
# What Pillow raises about damaged pixels, and about what stands beside them.
DAMAGED = (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError)
WIDEST, HIGHEST = 600, 200  # pixels that are kept
LEAST_CONTRAST = 4.5  # on white: what WCAG asks of text (AA)
FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}  # by the ending of the name
COLOR = re.compile(r"#[0-9a-f]{6}")
DARKER = 0.95


def logo_of(content: bytes, *, name: str) -> bytes:
    """Return the picture as a small PNG without transparency or anything beside its pixels.

    :raises NotAFile: it is no PNG or JPEG, too large, or damaged.
    """
    ending = name.lower().rpartition(".")[2]
    if ending not in FORMATS:
        raise NotAFile("A logo is a PNG or JPEG picture.")
    if len(content) > LARGEST_LOGO:
        raise NotAFile(f"A logo has at most {LARGEST_LOGO // 1024**2} MB.")
    try:
        seen = _seen(content, FORMATS[ending])
    except DAMAGED as damage:
        raise NotAFile(f"“{name}” is not what its name says, or is damaged.") from damage
    seen.thumbnail((WIDEST, HIGHEST))
    flat = Image.new("RGB", seen.size, "white")
    flat.paste(seen, mask=seen.getchannel("A"))
    kept = io.BytesIO()
    flat.save(kept, "PNG")
    return kept.getvalue()


def legible(color: str) -> str:
    """Return *color*, or the lightest of its shades that can be read on white."""
    assert COLOR.fullmatch(color), f"{color} is not a color."
    parts = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    while contrast_on_white(parts) < LEAST_CONTRAST:
        parts = [int(part * DARKER) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast_on_white(parts: list[int]) -> float:
    """The contrast ratio of WCAG 2.2 between a color and white, from 1 to 21."""
    linear = [_linear(part / 255) for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _seen(content: bytes, format_: str) -> Image.Image:
    """Draw what was sent, as it is to be looked at.

    :raises NotAFile: few bytes unfold to more pixels than we draw.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint lets the whole process draw half pictures
    with Image.open(io.BytesIO(content), formats=[format_]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise NotAFile(f"A logo has at most {MOST_PIXELS // 10**6} million pixels.")
        return ImageOps.exif_transpose(picture).convert("RGBA")


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
