from __future__ import annotations

from typing import Any

from django import forms

from billing_site.kernel.fields import CURRENCIES
from billing_site.kernel.forms import AmountField, TextField
from billing_site.kernel.transitions import NotAllowed
from invoices.models import Budget, Contract, Expense, Project
from invoices.services.budgeting import NearBudget, OverBudget
from invoices.services.projects import Limits, Named

CONFIRMED = "over_budget"
BESIDE = ("limit", "rate", "amount", "project")  # the field that commits, where there is one


class ProjectForm(forms.Form):
    name = TextField(max_length=80, help_text="Freelancers read it on contracts and invoices.")
    code = TextField(max_length=20, help_text="Short, and of no other project: WEB-26.")
    cost_center = TextField(max_length=40, required=False, label="Cost center")

    @property
    def named(self) -> Named:
        facts = self.cleaned_data
        return Named(facts["name"], facts["code"], facts["cost_center"])


class NewProjectForm(ProjectForm):
    currency = forms.ChoiceField(choices=CURRENCIES, help_text="It stays as it is.")


class BudgetForm(forms.Form):
    """What a project may cost. One that is there for the same period and category is changed."""

    period = forms.ChoiceField(label="It counts", choices=Budget.Period.choices)
    category = forms.ChoiceField(
        required=False, label="For", choices=[("", "everything"), *Expense.Category.choices]
    )
    money = forms.CharField()  # replaced, in the currency of the project
    hours = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, label="Hours, or empty for no limit"
    )
    is_hard = forms.TypedChoiceField(
        label="What would go over it",
        choices=[("no", "is warned of, and has to be confirmed"), ("yes", "is refused")],
        coerce=lambda value: value == "yes",
        initial="no",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any, *, currency: str, budget: Budget | None = None) -> None:
        initial: dict[str, Any] = {}
        if budget:
            initial = {
                "money": budget.money,
                "hours": budget.minutes // 60 if budget.minutes else None,
                "is_hard": "yes" if budget.is_hard else "no",
            }
        super().__init__(data, initial=initial)
        self.fields["money"] = AmountField(
            currency=currency,
            required=False,
            label=f"Money, {currency}, or empty for no limit",
            help_text="Without the freelancers' VAT and our fees.",
        )
        if budget:
            del self.fields["period"], self.fields["category"]
        self.order_fields(["period", "category", "money", "hours", "is_hard"])

    @property
    def limits(self) -> Limits:
        facts = self.cleaned_data
        minutes = facts["hours"] * 60 if facts["hours"] else None
        return Limits(facts["money"], minutes, facts["is_hard"])


class AssignmentForm(forms.Form):
    project = forms.ModelChoiceField(
        Project.objects.none(),
        to_field_name="ref",
        required=False,
        empty_label="none",
        help_text="Your open projects in the currency of the contract.",
    )

    def __init__(self, data: Any, *, contract: Contract) -> None:
        now = contract.project
        super().__init__(data, initial={"project": now.ref if now else ""})
        ours = Project.objects.filter(client=contract.client_id, currency=contract.currency)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = ours.filter(state=Project.State.OPEN).order_by("name", "pk")


def refuse(form: forms.Form, refusal: NotAllowed) -> None:
    """Say a refusal beside the field that it is about; a warning asks for a tick there."""
    if isinstance(refusal, NearBudget):
        form.fields[CONFIRMED] = forms.BooleanField(
            required=False, label="Go over the budget all the same"
        )
        form.add_error(CONFIRMED, str(refusal))
        return
    beside = None
    if isinstance(refusal, OverBudget):
        shown = (name for name in BESIDE if name in form.fields)
        beside = next((each for each in shown if not form[each].is_hidden), None)
    form.add_error(beside, str(refusal))


def is_confirmed(form: forms.Form) -> bool:
    """Whether the tick was sent that a budget's warning asks for."""
    return form.data.get(form.add_prefix(CONFIRMED)) == "on"
