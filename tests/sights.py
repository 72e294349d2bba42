"""What there is to see in the demo world: for each role every page, with things in each state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse

from billing_site.people.models import Membership, Organization, User
from disputes.models import Dispute, Ticket
from invoices.models import Contract, Expense, Invoice, Milestone, RefundRequest, Week
from payments.gateways.sandbox.models import SandboxSession
from payments.models import Charge, Payout

ROLES = {
    "visitor": "",
    "client": "ada@ada-studio.example",
    "freelancer": "ben@okafor.example",
    "mediator": "mia@countersign.example",
}
Sight = tuple[str, str]
EVERYBODY = ("landing", "verify-form", "demo-mail", "demo-trouble")
ENTRANCE = ("account_login", "account_signup", "account_reset_password")
OWN = (
    "home", "contracts", "invoices", "notifications", "organization", "organization-address",
    "organization-tax", "organization-numbering", "number-report", "invitation-new",
    "records", "statements", "certificates", "exports", "totals", "summary",
    "profile", "onboarding", "support",
    "account_email", "account_change_password", "mfa_index", "usersessions_list",
)  # fmt: skip
PAYING = (
    "contract-new", "contract-new-hourly", "contract-new-retainer", "payments", "methods",
    "charge-currency", "organization-approvals", "delegation-new",
)  # fmt: skip
WORKING = (
    "timer", "earnings", "payouts", "payout-new", "payout-schedule", "payout-methods",
    "expenses", "expense-new", "invoice-new", "organization-looks",
)  # fmt: skip
OF_CONTRACTS = {
    "contract": None,
    "contract-offer": "draft",
    "contract-acceptance": "offered",
    "contract-refusal": "offered",
    "contract-withdrawal": "offered",
    "contract-end": "active",
    "contract-bonus": "active",
}
OF_MILESTONES = {
    "milestone": None,
    "milestone-funding": "planned",
    "milestone-delivery": "funded",
}
OF_INVOICES = {
    "invoice": None,
    "invoice-changes": "submitted",
    "invoice-withdrawal": "submitted",
    "invoice-trail": "paid",
    "invoice-refund-request": "paid",
    "invoice-write-off": "approved",
    "invoice-payment": "approved",
    "invoice-credit": "paid",
    "invoice-correction": "paid",
}
WRITTEN: dict[str, str | None] = {"invoice-lines": "draft"}


def sights(role: str, user: User | None) -> Iterator[Sight]:
    """Yield a name for the picture and an address, for each page that *role* comes by."""
    if user is None:
        yield from _plain(EVERYBODY + ENTRANCE)
        yield from _of_strangers()
    elif user.is_staff:
        yield from _desk()
    else:
        pays = Membership.objects.of(user).filter(organization__kind="client").exists()
        yield from _plain(OWN + (PAYING if pays else WORKING))
        yield from _things(Contract.objects.visible_to(user), OF_CONTRACTS)
        yield from _things(Milestone.objects.visible_to(user), OF_MILESTONES)
        yield from _things(Invoice.objects.visible_to(user), OF_INVOICES)
        yield from _things(Charge.objects.visible_to(user), {"payment": None})
        yield from _things(Payout.objects.visible_to(user), {"payout": None})
        yield from _things(RefundRequest.objects.visible_to(user), {"refund-request": None})
        yield "disputes", reverse("disputes")
        yield from _things(Dispute.objects.visible_to(user), {"dispute": None})
        yield from _things(Ticket.objects.visible_to(user), {"ticket": None})
        yield from _weeks(user)
        yield from _expenses(user)
        yield from _things(Invoice.objects.visible_to(user).filter(source="lines"), WRITTEN)
        yield from _members(user)
    yield f"not-found-{role}", "/contracts/0000000000ZZ/"


def _plain(names: tuple[str, ...]) -> Iterator[Sight]:
    return ((name, reverse(name)) for name in names)


def _things(found: QuerySet[Any], pages: dict[str, str | None]) -> Iterator[Sight]:
    """A page that is for any state is seen in each; the others in theirs."""
    newest = found.order_by("state", "-pk").distinct("state")
    by_state = {thing.state: thing for thing in newest}
    for page, state in pages.items():
        for each in by_state if state is None else {state} & set(by_state):
            yield f"{page}-{each}", reverse(page, args=[by_state[each].ref])


def _of_strangers() -> Iterator[Sight]:
    issued = Invoice.objects.exclude(verification_code=None).order_by("-pk").first()
    if issued:
        yield "verify", reverse("verify", args=[issued.verification_code])
    session = SandboxSession.objects.order_by("-pk").first()
    if session:
        yield "sandbox-checkout", reverse("sandbox-checkout", args=[session.pk])


def _weeks(user: User) -> Iterator[Sight]:
    newest = Week.objects.visible_to(user).order_by("state", "-pk").distinct("state")
    for week in newest.select_related("contract"):
        yield f"week-{week.state}", reverse("week", args=[week.contract.ref, week.starts_on])


def _expenses(user: User) -> Iterator[Sight]:
    mine = Expense.objects.filter(contract__freelancer__in=Organization.objects.of(user))
    open_ = mine.filter(invoice=None).order_by("-pk").first()
    if open_:
        yield "expense", reverse("expense", args=[open_.ref])


def _members(user: User) -> Iterator[Sight]:
    colleagues = (
        Membership.objects.live()
        .filter(organization__in=Organization.objects.of(user))
        .exclude(user=user)
    )
    other = colleagues.order_by("pk").first()
    if other:
        yield "member-role", reverse("member-role", args=[other.ref])
        yield "member-end", reverse("member-end", args=[other.ref])


def _desk() -> Iterator[Sight]:
    yield "desk", reverse("admin:index")
    yield "desk-laws", reverse("admin:laws")
    yield from _things(Dispute.objects.all(), {"admin:disputes_dispute_desk": None})
    yield from _things(Ticket.objects.all(), {"admin:disputes_ticket_thread": None})
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield f"desk-{name}", reverse(f"admin:{name}_changelist")
        row = model._base_manager.order_by("-pk").first()
        if row:
            yield f"desk-{name}-one", reverse(f"admin:{name}_change", args=[row.pk])
