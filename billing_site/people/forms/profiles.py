from __future__ import annotations

from django import forms

from billing_site.kernel.forms import TextField
from billing_site.people.countries import time_zones
from billing_site.people.models import User

THEMES = [("light", "Light"), ("dark", "Dark"), ("", "As the device has it")]


class ProfileForm(forms.Form):
    name = TextField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones,
        help_text="Dates and times are shown in it, with UTC beside where a rule says UTC.",
    )
    language = forms.ChoiceField(label="Language", choices=User.Language.choices)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=THEMES, required=False)
