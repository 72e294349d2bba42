from __future__ import annotations

import uuid
from typing import Any

from django import forms

from billing_site.kernel.forms import AmountField
from billing_site.people.access import PAYING, WORKING
from billing_site.people.models import Membership, Organization

PAID_ROLES = [
    ("owner", "Owner: everything, members too"),
    ("finance", "Finance: sees everything and pays"),
    ("approver", "Approver: offers contracts and approves work"),
    ("viewer", "Viewer: sees everything"),
    ("accountant", "Accountant: sees everything for your books, and exports it"),
]
WORK_ROLES = [
    ("owner", "Owner: everything, members too"),
    ("finance", "Finance: sees everything and withdraws"),
    ("approver", "Worker: delivers and invoices"),
    ("viewer", "Viewer: sees everything"),
    ("accountant", "Accountant: sees everything for your books, and exports it"),
]
assert {role for role, _ in PAID_ROLES} == set(PAYING) == set(WORKING)


class RoleForm(forms.Form):
    """What a member may do, and for a client's members up to which sum at a time."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, organization: Organization, member: Membership | None = None
    ) -> None:
        initial = {"role": member.role, "spending_limit": member.spending_limit} if member else {}
        super().__init__(data, initial=initial)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = PAID_ROLES if organization.is_client else WORK_ROLES
        if organization.is_client:
            self.fields["spending_limit"] = AmountField(
                currency=organization.currency,
                required=False,
                label=f"Spending limit in {organization.currency}",
                help_text="For each payment and each approval. Empty means no limit.",
            )

    def facts(self) -> dict[str, Any]:
        return {
            "role": self.cleaned_data["role"],
            "spending_limit": self.cleaned_data.get("spending_limit"),
        }


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        help_text="The link in the letter works once, for this address, for a week.",
    )
    op_id = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("email", "role", "spending_limit")

    def __init__(self, data: Any = None, *, organization: Organization) -> None:
        super().__init__(data, organization=organization)
        self.initial["op_id"] = uuid.uuid4()

    def facts(self) -> dict[str, Any]:
        asked = {name: self.cleaned_data[name] for name in ("email", "op_id")}
        return {**super().facts(), **asked}
