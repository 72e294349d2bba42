from __future__ import annotations

from django import forms

from records.models import Export


class ExportForm(forms.Form):
    format = forms.ChoiceField(label="As", choices=Export.Format.choices, initial=Export.Format.CSV)
