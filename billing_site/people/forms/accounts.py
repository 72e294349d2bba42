from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms

from billing_site.kernel.forms import TextField
from billing_site.people.models import User


class SignupForm(AllauthSignupForm):
    """Asks what somebody comes for, so that their home page can say the first step."""

    purpose = forms.ChoiceField(
        label="You want to", choices=User.Purpose.choices, widget=forms.RadioSelect
    )
    name = TextField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("purpose", "name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
