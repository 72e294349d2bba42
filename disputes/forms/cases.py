from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from billing_site.kernel.forms import AmountField, ConsentForm, TextField, TickField, UploadField
from billing_site.kernel.money import Money, currency_of, show
from billing_site.platform.models.file import LARGEST_FILE
from disputes.models import Dispute, Message, Side


class FigureForm(forms.Form):
    """A figure that is looked at before it is named. It asks; nothing is done."""

    def __init__(self, data: Any, *, label: str, most: Money) -> None:
        super().__init__(data)
        self.most = most
        self.fields["figure"] = AmountField(
            currency=currency_of(most),
            may_be_nothing=True,
            label=label,
            help_text=f"Between 0 and {show(most)}, before our fee.",
        )

    def clean_figure(self) -> Money:
        figure: Money = self.cleaned_data["figure"]
        if figure > self.most:
            raise forms.ValidationError(f"{show(self.most)} is all there is.")
        return figure

    @property
    def figure(self) -> Money | None:
        """The figure, once there is one."""
        if not self.is_bound or not self.is_valid():
            return None
        figure: Money = self.cleaned_data["figure"]
        return figure

    def carried_by(self, form: forms.Form) -> None:
        """Let the form of the consent carry the figure on, unseen."""
        figure = self.figure
        form.initial["figure"] = "" if figure is None else f"{figure.amount:f}"
        form.fields["figure"] = forms.CharField(required=False, widget=forms.HiddenInput)


class OpeningForm(ConsentForm):
    """Contest the money of one escrow, for a figure that was looked at."""

    accepts = TickField(label="I have read what happens to the money, and what silence means.")

    def __init__(
        self,
        data: Any,
        *,
        reasons: list[tuple[str, str]],
        named: dict[str, str],
        seen: dict[str, str],
    ) -> None:
        super().__init__(data, seen=seen)
        self.fields["reason"] = forms.ChoiceField(
            choices=reasons, label="What it is about", widget=forms.RadioSelect
        )
        self.fields["words"] = TextField(
            lines=6,
            max_length=4_000,
            label="What is contested, and why",
            help_text="The other side and a mediator read it as you write it.",
        )
        for name, ref in named.items():  # what it is about travels with it
            hidden = forms.CharField(required=False, widget=forms.HiddenInput, initial=ref)
            self.fields[name] = hidden
        self.order_fields(["reason", "words", "accepts"])


class OfferForm(ConsentForm):
    words = TextField(
        lines=3, max_length=2_000, required=False, label="A word with it", help_text="They read it."
    )


class AcceptanceForm(ConsentForm):
    accepts = TickField(label="I agree to this figure. It settles the case for good.")


class MessageForm(ConsentForm):
    def __init__(self, data: Any = None, *, dispute: Dispute, side: Side) -> None:
        super().__init__(data)
        self.fields["text"] = TextField(lines=4, max_length=8_000, label="Write")
        other = dispute.organization_of(side.other)
        self.fields["audience"] = forms.ChoiceField(
            choices=[
                (Message.Audience.BOTH.value, f"{other} and the mediator"),
                (side.value, "The mediator alone"),
            ],
            initial=Message.Audience.BOTH.value,
            label="Who reads it",
        )


class EvidenceForm(ConsentForm):
    file = UploadField(
        largest=LARGEST_FILE,
        label="A file",
        help_text="PDF, PNG, JPEG, plain text or ZIP, up to 10 MB. Both sides can download it.",
    )
    description = TextField(max_length=300, label="What it shows")


class WordsForm(ConsentForm):
    """A deed with its reason, which the other side reads."""

    def __init__(self, data: Any = None, *, label: str, required: bool = True) -> None:
        super().__init__(data)
        self.fields["words"] = TextField(
            lines=4,
            max_length=2_000,
            label=label,
            required=required,
            help_text="The other side and the mediator read it as you write it.",
        )


class AnswerForm(ConsentForm):
    """Yes or no to a proposal."""

    answer = forms.ChoiceField(
        choices=[("accepted", "I agree"), ("refused", "I refuse")],
        widget=forms.RadioSelect,
        label="Your answer",
    )
    words = TextField(
        lines=3, max_length=2_000, required=False, label="A word with it", help_text="They read it."
    )


def figure_form(
    request: HttpRequest, *, most: Money, label: str, by_line: Money | None = None
) -> FigureForm:
    """The form of a page's own address, bound once a figure stands in it or came with consent.

    *by_line* is a figure that was put together otherwise, where the address says so.
    """
    data: Any = request.POST if request.method == "POST" else request.GET
    if "figure" in data:
        return FigureForm(data, most=most, label=label)
    told = {"figure": f"{by_line.amount:f}"} if by_line is not None else None
    return FigureForm(told, most=most, label=label)
