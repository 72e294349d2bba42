"""Pictures that we print ourselves: small, flat, and drawn anew; and colors that can be read."""

from __future__ import annotations

import io
import re

from PIL import Image, ImageOps

from billing_site.platform.files import KINDS, NotAFile

LARGEST_LOGO = 2 * 1024 * 1024  # bytes, before it is made small
WIDEST, HIGHEST = 600, 200  # pixels that are kept
LEAST_CONTRAST = 4.5  # on white: what WCAG asks of text (AA)
COLOR = re.compile(r"#[0-9a-f]{6}")
DARKER = 0.95


def logo_of(content: bytes, *, name: str) -> bytes:
    """Return the picture as a small PNG without transparency or anything beside its pixels.

    :raises NotAFile: it is no PNG or JPEG, too large, or damaged.
    """
    ending = name.lower().rpartition(".")[2]
    if ending not in {"png", "jpg", "jpeg"}:
        raise NotAFile("A logo is a PNG or JPEG picture.")
    if len(content) > LARGEST_LOGO:
        raise NotAFile(f"A logo has at most {LARGEST_LOGO // 1024**2} MB.")
    if KINDS[f".{ending}"][0](content) is None:
        raise NotAFile(f"“{name}” is not what its name says, or is damaged.")
    # From what was sent: as it would be kept, it has lost what it says of its transparency.
    with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
        seen = ImageOps.exif_transpose(picture).convert("RGBA")
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


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
