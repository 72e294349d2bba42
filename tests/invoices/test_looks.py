"""The issuer's logo and color: looked at, drawn anew, printed from then on, and readable."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader

from billing_site.kernel.transitions import NotYours
from billing_site.people.models import Organization, User
from billing_site.people.services.looks import dress
from billing_site.platform import files, pictures
from billing_site.platform.files import NotAFile
from invoices.documents import freezing, pdf
from invoices.models import Invoice
from invoices.services import invoicing
from tests import given
from tests.given import NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def picture(width: int = 900, height: int = 300, kind: str = "PNG") -> bytes:
    drawn = io.BytesIO()
    image = Image.new("RGBA", (width, height), (200, 30, 30, 128))
    (image if kind == "PNG" else image.convert("RGB")).save(drawn, kind)
    return drawn.getvalue()


def with_broken_facts(kind: str) -> bytes:
    """A picture whose pixels are whole, and what stands beside them is not."""
    drawn, image = io.BytesIO(), Image.new("RGB", (60, 20), "teal")
    if kind == "JPEG":
        image.save(drawn, "JPEG", dpi=(72, 72), exif=b"Exif\0\0no header of a TIFF")
        return drawn.getvalue()
    facts = PngInfo()
    facts.add_text("Raw profile type exif", "\nexif\n 4\nnot hex\n")
    image.save(drawn, "PNG", pnginfo=facts)
    return drawn.getvalue()


def dressed(bob: User, **facts: Any) -> Organization:
    usual = {"color": "#7744cc", "logo": pictures.logo_of(picture(), name="Logo.png")}
    return dress(given.organization(bob).pk, **{**usual, **facts}, by=bob, at=NOON)


def test_a_logo_is_drawn_anew_small_and_on_white(bob: User) -> None:
    logo = dressed(bob).logo
    assert logo
    with Image.open(io.BytesIO(files.open(logo))) as kept:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGB", (600, 200))
        assert kept.getpixel((5, 5)) == (227, 142, 142)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<svg onload='alert(1)'/>", "logo.svg", "PNG or JPEG"),
        (b"<svg onload='alert(1)'/>", "logo.png", "not what its name says"),
        (picture(kind="JPEG"), "logo.png", "not what its name says"),
        (picture()[:-40], "logo.png", "damaged"),
        (b"\x89PNG" + b"0" * pictures.LARGEST_LOGO, "logo.png", "at most 2 MB"),
        (picture(2_001, 2_000), "logo.png", "at most 4 million pixels"),
        (with_broken_facts("JPEG"), "logo.jpg", "damaged"),
        (with_broken_facts("PNG"), "logo.png", "damaged"),
    ],
    ids=["svg", "svg inside", "jpeg inside", "cut", "large", "wide", "EXIF", "raw profile"],
)
def test_what_is_no_logo(
    content: bytes, name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(NotAFile, match=words):
        pictures.logo_of(content, name=name)


def test_transparency_in_a_palette_becomes_white() -> None:
    image = Image.new("P", (60, 20), 0)
    image.putpalette([0, 0, 0, 200, 30, 30])
    drawn = io.BytesIO()
    image.save(drawn, "PNG", transparency=0)
    with Image.open(io.BytesIO(pictures.logo_of(drawn.getvalue(), name="a.png"))) as kept:
        assert kept.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("color", ["#ffffff", "#ffee00", "#00ffff", "#7744cc", "#000000"])
def test_a_color_is_printed_so_that_it_can_be_read(color: str) -> None:
    printed = pictures.legible(color)
    parts = [int(printed[start : start + 2], 16) for start in (1, 3, 5)]
    assert pictures.contrast_on_white(parts) >= 4.5
    assert (printed == color) == (color in {"#7744cc", "#000000"})


def test_the_database_knows_what_a_color_is(bob: User) -> None:
    for wrong in ("red", "#12345", "#GGGGGG", "#123456;"):
        with (
            pytest.raises(DatabaseError, match=r"a_color_is_six_digits|too long"),
            transaction.atomic(),
        ):
            Organization.objects.update(brand_color=wrong)


def test_documents_carry_it_from_then_on(alice: User, bob: User) -> None:
    before = given.submitted_invoice(client=alice, freelancer=bob)
    before = invoicing.approve(before.pk, by=alice, at=NOON + days(1))
    dressed(bob, color="#ffee00")
    after = given.submitted_invoice(client=alice, freelancer=bob, at=NOON + days(2))
    after = invoicing.approve(after.pk, by=alice, at=NOON + days(3))

    look = after.says["look"]
    assert before.says["look"] == {"logo": "", "logo_sha256": "", "color": ""}
    assert look["color"] == pictures.legible("#ffee00")
    assert "logo:issuer" not in pdf.html_of(before.says, sha256="")
    assert 'alt="Bob &amp; Co"' in pdf.html_of(after.says, sha256="")

    dressed(bob, logo=None, drops_logo=True, color="")
    drawn = pdf.draw(Invoice.objects.get(pk=after.pk).says, sha256="")
    reader = PdfReader(io.BytesIO(drawn))
    catalog: Any = reader.trailer["/Root"]
    assert [image.image.size for image in reader.pages[0].images if image.image] == [(600, 200)]
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_object().get_data()
    assert "/Figure" in _tags(catalog["/StructTreeRoot"])
    assert b"/Interpolate true" not in drawn, "PDF/A allows no smoothing."
    undressed = given.submitted_invoice(client=alice, freelancer=bob, at=NOON + days(4))
    assert freezing.preview(undressed, at=NOON + days(5))["look"]["logo"] == ""


def _tags(node: Any) -> list[str]:
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        return [tag for each in found for tag in _tags(each)]
    if not isinstance(found, dict):
        return []
    return [str(found.get("/S", "")), *_tags(found.get("/K", []))]


def test_it_is_the_owners_to_choose_of_whoever_issues(bob: User, charlie: User) -> None:
    for ours in (bob, charlie):  # who pays issues nothing
        with pytest.raises(NotYours):
            dress(given.organization(ours).pk, color="#123456", by=charlie, at=NOON)
    assert session_of(charlie).get(reverse("organization-looks")).status_code == 404


def test_the_page(bob: User) -> None:
    client, url = session_of(bob), reverse("organization-looks")
    logo = SimpleUploadedFile("logo.png", picture(), "image/png")
    assert client.post(url, {"color": "blue"}).status_code == 422
    assert client.post(url, {}).status_code == 302
    shown = client.post(url, {"color": "#ffee00", "logo": logo, "preview": "1"})
    assert shown.status_code == 200
    assert 'href="data:image/png;base64,' in shown.content.decode()
    assert f"It is printed as {pictures.legible('#ffee00')}" in shown.content.decode()
    assert given.organization(bob).brand_color == "", "A preview changes nothing."
    logo.seek(0)
    assert client.post(url, {"color": "#12AB34", "logo": logo}).status_code == 302
    ours = given.organization(bob)
    assert (ours.brand_color, bool(ours.logo)) == ("#12ab34", True)
    assert client.post(url, {"color": "#12ab34"}).status_code == 302
    assert given.organization(bob).logo == ours.logo, "It stays until it is taken off."
    assert url in client.get(reverse("organization")).content.decode()
    assert ours.logo
    assert client.get(ours.logo.get_absolute_url()).status_code == 200
    assert client.post(url, {"color": "", "drops_logo": "on"}).status_code == 302
    assert given.organization(bob).logo is None
