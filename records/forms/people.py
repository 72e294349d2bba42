from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing_site.people.models import User


class ErasureForm(forms.Form):
    """Written by hand, so that nobody leaves by a slip."""

    email = forms.EmailField(label="Your e-mail, to confirm", max_length=254)
    password = forms.CharField(
        label="Your password", max_length=200, widget=forms.PasswordInput, required=False
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.person = person
        if not person.has_usable_password():
            del self.fields["password"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() != self.person.email.lower():
            raise ValidationError("That is not the address by which you sign in.")
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise ValidationError("That is not your password.")
        return password
