"""How a client approves: when two have to agree, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from billing_site.kernel.forms import AmountField
from billing_site.people.models import Membership, Organization


class SecondApprovalForm(forms.Form):
    """An empty sum means that one approver is always enough."""

    def __init__(self, data: Any = None, *, organization: Organization) -> None:
        super().__init__(data, initial={"amount": organization.second_approval_above})
        self.fields["amount"] = AmountField(
            currency=organization.currency,
            required=False,
            label=f"Two people approve above, in {organization.currency}",
            help_text="With everything in it, also VAT. Empty means that one is always enough. "
            "A sum in another currency cannot be compared, and takes two.",
        )


class DelegationForm(forms.Form):
    """From one day to another, both included, in the time zone of whoever fills it in."""

    stands_in = forms.ChoiceField(
        label="Who approves for them",
        help_text="Owners and approvers can.",
    )
    first_day = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(
        self, data: Any = None, *, acting: Membership, colleagues: list[Membership], at: datetime
    ) -> None:
        self.at, self.acting = at, acting
        initial = {"away": acting.ref, "first_day": timezone.localdate(at)}
        super().__init__(data, initial=initial)
        self.by_ref = {seat.ref: seat for seat in colleagues}
        choices = [(seat.ref, str(seat.user)) for seat in colleagues]
        if acting.is_owner:
            self.fields["away"] = forms.ChoiceField(label="Who is away", choices=choices)
            self.order_fields(["away"])
        else:
            choices = [choice for choice in choices if choice[0] != acting.ref]
        stands_in = self.fields["stands_in"]
        assert isinstance(stands_in, forms.ChoiceField)
        stands_in.choices = [("", "Choose one"), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            raise ValidationError({"last_day": "The last day is before the first."})
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Days become moments; a day that has begun counts from now on."""
        since = _begins(self.cleaned_data["first_day"])
        away = self.by_ref.get(self.cleaned_data.get("away", ""), self.acting)
        return {
            "from_member_id": away.pk,
            "to_member_id": self.by_ref[self.cleaned_data["stands_in"]].pk,
            "since": max(since, self.at),
            "until": _begins(self.cleaned_data["last_day"] + timedelta(days=1)),
        }


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
