from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from billing_site.kernel.money import EXPONENTS
from records.forms.statements import PeriodForm
from records.services.certificates import LONGEST


class CertificateDaysForm(PeriodForm):
    """Which days a certificate is about; without words in the address the year so far."""

    longest, too_long = LONGEST, "Choose ten years at most."

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, since=today.replace(month=1, day=1), until=today)
        self.today = today

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until > self.today:
            raise forms.ValidationError("Only days that were can be certified: until today.")
        return until


class CertificateForm(CertificateDaysForm):
    """The same as a deed: exactly these days with the sums that were seen, once."""

    currency = forms.ChoiceField(choices=[(code, code) for code in EXPONENTS])
    op_id = forms.UUIDField()
    seen = forms.CharField(max_length=64)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, today=today)
        self.data = data
