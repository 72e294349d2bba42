"""How a client pays: what they saved on the gateway's page, in the order in which it is tried."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from payments.models import GatewayCommand, Payer, PaymentMethod
from payments.models.payer import next_warning
from payments.queries.to_pay import to_pay
from payments.services import telling_of_methods
from payments.services.commands import enqueue
from payments.services.method_order import arrange, take_out


@transaction.atomic
def begin_setup(organization: Organization, *, by: User, at: datetime) -> GatewayCommand:
    """Ask for a page on which *organization* saves a way to pay; each visit asks for a new one.

    :raises NotYours: *by* may not pay for this organization.
    """
    _check(organization, by)
    Payer.objects.get_or_create(organization=organization, defaults={"created_at": at})
    payer = Payer.objects.lock_of(organization.pk)  # Commands about one payer are numbered.
    here = urljoin(settings.SITE_URL, reverse("methods"))
    params = {
        "reference": payer.ref,
        "payer": {
            "reference": organization.ref,
            "name": organization.name,
            "email": by.email,
        },
        "currency": organization.currency,
        "success_url": f"{here}?saved=1",
        "cancel_url": here,
    }
    kind = GatewayCommand.Kind.START_METHOD_SETUP
    return enqueue(kind, payer, params, at=at, by_door=True)


@transaction.atomic
def make_primary(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Charge this one first from now on; the others keep their order behind it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed, or its bank lets us debit it no more.
    """
    method, others = _lock(method_id, by)
    if not method.is_usable:
        raise NotAllowed(f"The bank of {method} lets us debit it no more. Add it anew to use it.")
    arrange([method, *others])
    audit.record(by, "payment_method.primary", f"payment_method/{method.ref}", at=at)
    return method


@transaction.atomic
def move_up(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Let a backup be tried before the one above it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed, is unusable, the first of the backups or the primary.
    """
    method, others = _lock(method_id, by)
    if method.position <= 1 or not method.is_usable:
        raise NotAllowed(f"{method} cannot move up. Make it the primary, if you want it first.")
    place = method.position - 1
    arrange([*others[:place], method, *others[place:]])
    audit.record(by, "payment_method.moved", f"payment_method/{method.ref}", at=at)
    return method


@transaction.atomic
def remove(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Charge this one no more, and have the gateway let go of it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed, it is the primary and charges are expected from it, or
        it is the last and something is to be paid.
    """
    method, others = _lock(method_id, by)
    if method.is_primary and (reason := charges_expected(method.organization)):
        raise NotAllowed(
            f"{method} is charged next, because {reason}. Make another one the primary first."
        )
    is_last = method.is_usable and not any(other.is_usable for other in others)
    if is_last and (reason := to_pay(method.organization)):
        raise NotAllowed(
            f"{method} is your last way to pay, and {reason}. Pay it, or add another one first."
        )
    take_out(method, at=at)
    params = {"method_id": method.method_id}
    payer = Payer.objects.get(organization=method.organization_id)
    enqueue(GatewayCommand.Kind.DETACH_METHOD, payer, params, at=at)
    audit.record(by, "payment_method.removed", f"payment_method/{method.ref}", at=at)
    return method


@transaction.atomic
def warn(method_id: int, *, at: datetime) -> PaymentMethod | None:
    """Remind of a card that ends soon, as of the day on which that was due."""
    Payer.objects.lock_of(PaymentMethod.objects.values_list("organization").get(pk=method_id)[0])
    due = PaymentMethod.objects.to_warn_of(at=at).select_related("organization")
    method = due.filter(pk=method_id).first()
    if method is None:
        return None  # It was removed, renewed, or the sweep was faster.
    telling_of_methods.expires(method, at=at)
    method.warn_at = next_warning(method.expires_on, after=at)
    method.save(update_fields=["warn_at"])
    return method


def warn_due(*, at: datetime) -> list[PaymentMethod]:
    due = PaymentMethod.objects.to_warn_of(at=at).order_by("warn_at", "pk")
    keys = due.values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: warn(pk, at=at), to="remind of payment method")


def charges_expected(organization: Organization) -> str:
    """Return why *organization* is going to be charged without being there; empty if it is not.

    Whoever promises such charges is named by settings, for they know more than payments do.
    """
    asked = (import_string(name)(organization) for name in settings.CHARGES_EXPECTED)
    return next((reason for reason in asked if reason), "")


def _check(organization: Organization, by: User) -> None:
    if not may(by, Deed.FUND, organization):
        raise NotYours(f"It is not for {by} to say how {organization} pays.")


def _lock(method_id: int, by: User) -> tuple[PaymentMethod, list[PaymentMethod]]:
    """Return the method and the others that are there, which keep their places until we commit."""
    method = PaymentMethod.objects.select_related("organization").get(pk=method_id)
    _check(method.organization, by)
    Payer.objects.lock_of(method.organization_id)
    method = PaymentMethod.objects.select_related("organization").get(pk=method_id)
    if method.removed_at is not None:
        raise NotAllowed(f"{method} was removed on {method.removed_at:%-d %B %Y}.")
    ours = PaymentMethod.objects.filter(organization=method.organization_id).present()
    return method, list(ours.exclude(pk=method.pk))
