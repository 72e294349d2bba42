from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django import forms

from billing_site.kernel.forms import TextField, UploadField
from billing_site.people.models import Organization
from billing_site.platform import pictures
from billing_site.platform.files import NotAFile

OURS = "#0b6b4a"  # what documents are printed in whose issuer has no color


@dataclass(frozen=True, slots=True)
class Look:
    """The head of a document, as it would be printed."""

    name: str
    address: str
    color: str
    asked_for: str  # the color that could not be read, where another one is printed
    logo_url: str


class LooksForm(forms.Form):
    color = TextField(
        label="Color",
        required=False,
        max_length=7,
        help_text="# and six digits, such as #0b6b4a. Too light a color is printed darker. "
        "Empty: ours.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    logo = UploadField(
        largest=pictures.LARGEST_LOGO,
        label="Logo",
        required=False,
        help_text="A PNG or JPEG picture of up to 2 MB. It is drawn anew, on white.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    drops_logo = forms.BooleanField(label="Print no logo any more", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, ours: Organization) -> None:
        super().__init__(data, files, initial={"color": ours.brand_color})
        self.ours = ours
        if ours.logo_id is None:
            del self.fields["drops_logo"]

    def clean_color(self) -> str:
        color = str(self.cleaned_data["color"]).strip().lower()
        if color and not pictures.COLOR.fullmatch(color):
            raise forms.ValidationError("Write # and six digits, such as #0b6b4a.")
        return color

    def clean_logo(self) -> bytes | None:
        """The picture as it is printed, so that a preview shows that one."""
        sent = self.cleaned_data["logo"]
        if not sent:
            return None
        try:
            return pictures.logo_of(sent.read(), name=sent.name)
        except NotAFile as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def look(self) -> Look:
        """What documents look like with what is filled in, as far as it can be used."""
        ours, facts = self.ours, getattr(self, "cleaned_data", {"color": self.ours.brand_color})
        color = facts.get("color", ours.brand_color)
        printed = pictures.legible(color) if color else OURS
        logo_url = ours.logo.get_absolute_url() if ours.logo else ""
        if facts.get("logo"):
            logo_url = f"data:image/png;base64,{base64.b64encode(facts['logo']).decode()}"
        elif facts.get("drops_logo"):
            logo_url = ""
        return Look(
            name=ours.billed_as,
            address=", ".join(ours.address_lines),
            color=printed,
            asked_for=color if color and color != printed else "",
            logo_url=logo_url,
        )
