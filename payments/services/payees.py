"""Where a freelancer is paid. Banks are named on the gateway's page; we know their last digits."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import EXPONENTS
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from payments.gateways.base import BankAccount, PayeeState
from payments.holder_names import is_same
from payments.models import GatewayCommand, Payee, PayoutMethod
from payments.models.payee import COOLING_PERIOD
from payments.services import ending_schedules, naming, telling_of_payees, waiting, wanting
from payments.services.commands import enqueue


@transaction.atomic
def begin(organization: Organization, *, by: User, at: datetime) -> GatewayCommand:
    """Ask for a page on which *organization* says where it is paid.

    Return the first command to run: without an account yet, that is the one that opens it.

    :raises NotYours: *by* may not withdraw for this organization.
    """
    _check(organization, by)
    # No lock can hold a row that is not there yet: a second one waits at the unique constraint.
    payee, _ = Payee.objects.get_or_create(organization=organization, defaults={"created_at": at})
    payee = Payee.objects.lock_of(organization.pk)
    if payee.account:
        return _page_command(payee, at=at)
    asked = payee.commands.filter(
        kind=GatewayCommand.Kind.CREATE_PAYEE, state__in=GatewayCommand.OPEN
    ).first()
    return asked or enqueue(
        GatewayCommand.Kind.CREATE_PAYEE,
        payee,
        {
            "reference": payee.ref,
            "country": organization.country,
            "currency": organization.currency,
            "email": by.email,
            "is_company": organization.kind == Organization.Kind.AGENCY,
        },
        at=at,
        by_door=True,
    )


@transaction.atomic
def ask_for_dashboard(organization: Organization, *, by: User, at: datetime) -> GatewayCommand:
    """Ask for the page on which the gateway shows *organization* its account there.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: the gateway has no account of theirs yet.
    """
    _check(organization, by)
    payee = Payee.objects.lock_if_there(organization.pk)
    if payee is None or not payee.account:
        raise NotAllowed("You have no account at the provider yet: add a bank account first.")
    params = {"account": payee.account}
    return enqueue(GatewayCommand.Kind.DASHBOARD_PAGE, payee, params, at=at, by_door=True)


@transaction.atomic
def account_opened(payee_id: int, *, account: str, at: datetime) -> GatewayCommand:
    """The gateway knows the payee now; the page for the details is the next thing to ask for."""
    payee = Payee.objects.lock(payee_id)
    payee.account = account
    payee.save(update_fields=["account"])
    return _page_command(payee, at=at)


@transaction.atomic
def follow(payee_id: int, state: PayeeState, *, at: datetime) -> Payee:
    """Note what the gateway says of the payee today, and which banks they have named.

    A new bank waits out its cooling period, and everybody who may withdraw is told at once. One
    in a currency that is not enabled here is none of theirs, even if it was before: they are told
    that, once.
    *state* was fetched at *at* or later, before any lock: who looked later knows better what is
    gone, and what was named later is not missing.
    """
    organization_id = Payee.objects.values_list("organization", flat=True).get(pk=payee_id)
    schedule = ending_schedules.lock_of(organization_id)
    payee = Payee.objects.lock(payee_id)
    is_outrun = payee.checked_at is not None and payee.checked_at > at
    payee.checked_at = payee.checked_at if is_outrun else at
    waiting.note(payee, is_ready=state.is_ready, problem=state.problem, at=at)
    if not is_outrun:
        wanting.note(payee, state, at=at)
    # One that sent a payout back takes none until its owner names it anew.
    usable = [bank for bank in state.banks if bank.is_usable]
    payable = [bank.destination for bank in usable if bank.currency in EXPONENTS]
    for bank in usable:
        if bank.destination in payable:
            _note(payee, bank, at)
        else:
            telling_of_payees.not_ours_to_pay(payee, bank, at=at)
    # Without a reference it cannot be read, and says nothing of its banks.
    if state.reference and not is_outrun:
        ours = PayoutMethod.objects.present().filter(
            organization=payee.organization_id, added_at__lte=at
        )
        ours.exclude(destination__in=payable).update(removed_at=at, is_gone=True)
        ending_schedules.end_if_removed(schedule, at=at)
    return payee


@transaction.atomic
def remove_method(method_id: int, *, by: User, at: datetime) -> PayoutMethod:
    """Stop paying to this bank. What is on its way there still arrives; a schedule to it ends.

    :raises NotYours: *by* may not withdraw for this organization.
    :raises NotAllowed: it was removed before.
    """
    organization_id = PayoutMethod.objects.values_list("organization", flat=True).get(pk=method_id)
    schedule = ending_schedules.lock_of(organization_id)
    method = PayoutMethod.objects.lock(method_id)
    _check(method.organization, by)
    if method.removed_at is not None:
        raise NotAllowed(f"{method} was removed on {method.removed_at:%-d %B %Y}.")
    method.removed_at = at
    method.save(update_fields=["removed_at"])
    ending_schedules.end_if_removed(schedule, at=at)
    audit.record(by, "payout_method.removed", f"payout_method/{method.ref}", at=at)
    return method


def _check(organization: Organization, by: User) -> None:
    if not may(by, Deed.WITHDRAW, organization):
        raise NotYours(f"It is not for {by} to say where {organization} is paid.")


def _page_command(payee: Payee, *, at: datetime) -> GatewayCommand:
    """Such a page is for one visit, so each visit asks for a new one."""
    here = urljoin(settings.SITE_URL, reverse("payout-methods"))
    params = {"account": payee.account, "return_url": here, "refresh_url": here}
    kind = GatewayCommand.Kind.ONBOARDING_PAGE
    return enqueue(kind, payee, params, at=at, by_door=True)


def _note(payee: Payee, bank: BankAccount, at: datetime) -> None:
    """A bank that is there again, or has another holder, is named anew: it waits, and is told of.

    What its owner removed here, or we refused, stays so, whatever the provider still has.
    """
    known = PayoutMethod.objects.filter(destination=bank.destination).order_by("-pk").first()
    if known and known.removed_at is None:
        if not _is_anothers(known, bank):
            known.takes_instant = bank.takes_instant
            known.save(update_fields=["takes_instant"])
            return
        known.removed_at, known.is_gone = at, True
        known.save(update_fields=["removed_at", "is_gone"])
    elif known and not known.is_gone:
        return
    method = PayoutMethod.objects.create(
        organization_id=payee.organization_id,
        destination=bank.destination,
        label=bank.label[:100],
        last4=bank.last4,
        currency=bank.currency,
        takes_instant=bank.takes_instant,
        holder=bank.holder[:200],
        added_at=at,
        active_from=at + COOLING_PERIOD,
    )
    by = SYSTEM("the payee named it on the gateway's page")
    audit.record(by, "payout_method.added", f"payout_method/{method.ref}", at=at)
    naming.check(method, at=at)
    telling_of_payees.method_added(method, at=at)


def _is_anothers(known: PayoutMethod, bank: BankAccount) -> bool:
    """Whether the provider tells another holder than it did; that it tells one first is none.

    The name by which it was accepted stays, however it is written later: that is not a new one.
    """
    holder = bank.holder[:200]
    if holder in {"", known.holder}:
        return False
    if known.holder:
        return not is_same(holder, known.holder)
    return naming.is_anothers(holder, known.organization)
