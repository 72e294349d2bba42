from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest

from billing_site.kernel.forms import AmountField, ConsentForm, TextField, TickField
from billing_site.kernel.money import Money, show
from invoices.models import Invoice, Milestone, RefundRequest


class FiguresForm(forms.Form):
    """What the freelancer keeps of the held money of each milestone. It asks; nothing is done."""

    def __init__(self, data: Mapping[str, Any] | None, *, milestones: Sequence[Milestone]) -> None:
        super().__init__(data)
        self.milestones = milestones
        for milestone in milestones:
            vat = " and without VAT" if milestone.tax else ""
            self.fields[_name(milestone)] = AmountField(
                currency=milestone.currency,
                may_be_nothing=True,
                label=f"{milestone.contract.freelancer} keeps of “{milestone.title}”, "
                f"{milestone.currency}",
                help_text=f"Between 0 and {show(milestone.price)}, before our fee{vat}.",
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for milestone in self.milestones:
            keeps = cleaned.get(_name(milestone))
            if keeps is not None and keeps > milestone.price:
                self.add_error(_name(milestone), f"{show(milestone.price)} is the whole price.")
        return cleaned

    @property
    def keeps(self) -> dict[str, Money]:
        """The figures by the refs of their milestones, once all of them are there."""
        if not self.is_bound or not self.is_valid():
            return {}
        return {each.ref: self.cleaned_data[_name(each)] for each in self.milestones}

    def carried_by(self, form: forms.Form) -> None:
        """Let the form of the consent carry the figures on, unseen."""
        for milestone in self.milestones:
            if keeps := self.keeps.get(milestone.ref):
                form.initial[_name(milestone)] = f"{keeps.amount:f}"
            else:
                form.initial[_name(milestone)] = "0" if self.keeps else ""
            form.fields[_name(milestone)] = forms.CharField(
                required=False, widget=forms.HiddenInput
            )


SENT, KEPT = "sent", "kept"


class RequestForm(ConsentForm):
    back = forms.ChoiceField(
        label="What comes back",
        widget=forms.RadioSelect,
        initial=SENT,
        choices=[
            (SENT, "Goes to where you paid from"),
            (KEPT, "Stays with us as your credit, and pays what comes next"),
        ],
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one."},
    )
    reason = TextField(lines=3, max_length=1_000, required=False, label="Why")


class ReleasedRequestForm(ConsentForm):
    """Ask for a part of what was paid on an invoice."""

    def __init__(self, data: Any, *, invoice: Invoice, seen: dict[str, str]) -> None:
        super().__init__(data, seen=seen)
        self.fields["amount"] = AmountField(
            currency=invoice.currency,
            label=f"What you ask back, {invoice.currency}",
            help_text="Without VAT: that goes back with it.",
        )
        self.fields["reason"] = TextField(lines=4, max_length=1_000, label="Why")
        self.order_fields(["amount", "reason"])


class AgreementForm(ConsentForm):
    """In mediation the freelancer names what of a paid invoice they give back."""

    def __init__(self, data: Any, *, asked: RefundRequest) -> None:
        super().__init__(data, seen={"seen_state": str(asked.state)})
        self.fields["amount"] = AmountField(
            currency=asked.currency,
            label=f"What you give back, {asked.currency}",
            help_text="Without VAT: that goes back with it, and our fee on it, too. It is final.",
        )


class PaymentInFullForm(ConsentForm):
    """Consent to pay out what is held, though nothing was delivered for approval."""

    accepts = TickField(label="I want all of it to be paid out. This is final.")


class GrantForm(ConsentForm):
    """The freelancer agrees to the figures they saw."""


class RefusalForm(ConsentForm):
    reason = TextField(
        lines=4,
        max_length=1_000,
        label="Why you refuse",
        help_text="They read it as you write it.",
    )


def figures(request: HttpRequest, milestones: Sequence[Milestone]) -> FiguresForm:
    """The form of a page's own address, bound once any figure stands in it or came with consent."""
    data = request.POST if request.method == "POST" else request.GET
    is_there = any(_name(each) in data for each in milestones)
    return FiguresForm(data if is_there else None, milestones=milestones)


def _name(milestone: Milestone) -> str:
    return f"keeps_{milestone.ref}"
