"""What a mediator writes once, to begin with it often."""

from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.forms import ConsentForm, TextField
from disputes.models import StandardText
from disputes.placeholders import MEANS
from disputes.queries.figure_by_line import LINES

KNOWN = "; ".join(f"{{{name}}} is {words}" for name, words in MEANS.items())


class BeginForm(forms.Form):
    """Which text to begin with. It asks; nothing is done."""

    begin = forms.ChoiceField(required=False, label="Which")

    def __init__(self, data: dict[str, Any], *, texts: list[StandardText]) -> None:
        super().__init__(data)
        choice: Any = self.fields["begin"]
        choice.choices = [("", "None"), *((text.ref, text.title) for text in texts)]
        if "figure" in data:
            self.fields["figure"] = forms.CharField(widget=forms.HiddenInput, required=False)
        if LINES in data:
            lines = [(ref, ref) for ref in data[LINES]]
            self.fields[LINES] = forms.MultipleChoiceField(
                choices=lines, widget=forms.MultipleHiddenInput, required=False
            )


class StandardTextForm(ConsentForm):
    def __init__(self, data: Any = None, *, replaces: StandardText | None = None) -> None:
        words = {"title": replaces.title, "text": replaces.text} if replaces else {}
        super().__init__(data, initial=words)
        if replaces is None:
            self.fields["purpose"] = forms.ChoiceField(
                choices=StandardText.Purpose.choices,
                widget=forms.RadioSelect,
                label="When you begin with it",
            )
        self.fields["title"] = TextField(
            max_length=80, label="Title", help_text="You find it by that; no side reads it."
        )
        self.fields["text"] = TextField(
            lines=8,
            max_length=4_000,
            label="Text",
            help_text=f"In braces stands what is another in each case: {KNOWN}.",
        )
