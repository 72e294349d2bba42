from __future__ import annotations

from django import forms

from records.models import Export


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label="As",
        choices=[(each.value, each.label) for each in Export.TABLES],
        initial=Export.Format.CSV,
    )
