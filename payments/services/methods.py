"""How a client pays: what they saved on the gateway's page, in the order in which it is tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.module_loading import import_string

from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit
from payments.gateways.base import MethodState
from payments.models import GatewayCommand, Payer, PaymentMethod
from payments.models.payer import next_warning
from payments.services import telling
from payments.services.commands import enqueue

# No client has so many: there each can stand while all of them change places.
ASIDE = 10_000


@transaction.atomic
def begin_setup(organization: Organization, *, by: User, at: datetime) -> GatewayCommand:
    """Ask for a page on which *organization* saves a way to pay; each visit asks for a new one.

    :raises NotYours: *by* may not pay for this organization.
    """
    _check(organization, by)
    payer, _ = Payer.objects.get_or_create(organization=organization, defaults={"created_at": at})
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
def keep(payer_id: int, state: MethodState, *, at: datetime) -> PaymentMethod:
    """Keep what was saved on the gateway's page, as the primary or as the last backup.

    Everybody who may pay is told. Learning of it again does nothing.
    """
    payer = Payer.objects.lock(payer_id)
    ours = PaymentMethod.objects.filter(organization=payer.organization)
    method, is_new = ours.get_or_create(
        method_id=state.method_id,
        defaults={
            "organization": payer.organization,
            "customer": state.customer,
            "kind": state.kind,
            "label": state.label[:100],
            "last4": state.last4[:4],
            "expires_on": state.expires_on,
            "warn_at": next_warning(state.expires_on, after=at),
            "position": ours.present().count(),
            "verified_at": at,
        },
    )
    if is_new:
        by = SYSTEM("the payer saved it on the gateway's page")
        audit.record(by, "payment_method.added", f"payment_method/{method.ref}", at=at)
        telling.payment_method_added(method, at=at)
    return method


@transaction.atomic
def follow(state: MethodState, *, at: datetime) -> PaymentMethod | None:
    """Note what the gateway says of a saved way to pay; None: it is none that we keep.

    A bank renews a card by itself, and who is a client there may let go of it elsewhere.
    """
    found = PaymentMethod.objects.filter(method_id=state.method_id).first()
    if found is None:
        return None
    Payer.objects.lock_of(found.organization_id)
    method = PaymentMethod.objects.select_related("organization").get(pk=found.pk)
    if not state.customer:
        if method.removed_at is None:
            _take_out(method, at=at)
        return method
    if method.expires_on != state.expires_on:
        method.warn_at = next_warning(state.expires_on, after=at)
    method.last4, method.expires_on = state.last4[:4], state.expires_on
    method.save(update_fields=["last4", "expires_on", "warn_at"])
    return method


@transaction.atomic
def make_primary(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Charge this one first from now on; the others keep their order behind it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed.
    """
    method, others = _lock(method_id, by)
    _arrange([method, *others])
    audit.record(by, "payment_method.primary", f"payment_method/{method.ref}", at=at)
    return method


@transaction.atomic
def move_up(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Let a backup be tried before the one above it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed, or is the first of the backups or the primary.
    """
    method, others = _lock(method_id, by)
    if method.position <= 1:
        raise NotAllowed(f"{method} cannot move up. Make it the primary, if you want it first.")
    place = method.position - 1
    _arrange([*others[:place], method, *others[place:]])
    audit.record(by, "payment_method.moved", f"payment_method/{method.ref}", at=at)
    return method


@transaction.atomic
def remove(method_id: int, *, by: User, at: datetime) -> PaymentMethod:
    """Charge this one no more, and have the gateway let go of it.

    :raises NotYours: *by* may not pay for this organization.
    :raises NotAllowed: it was removed, or it is the primary and charges are expected from it.
    """
    method, _ = _lock(method_id, by)
    if method.is_primary and (reason := charges_expected(method.organization)):
        raise NotAllowed(
            f"{method} is charged next, because {reason}. Make another one the primary first."
        )
    _take_out(method, at=at)
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
    telling.payment_method_expires(method, at=at)
    method.warn_at = next_warning(method.expires_on, after=at)
    method.save(update_fields=["warn_at"])
    return method


def warn_due(*, at: datetime) -> list[PaymentMethod]:
    due = PaymentMethod.objects.to_warn_of(at=at).order_by("warn_at", "pk")
    warned = [warn(pk, at=at) for pk in list(due.values_list("pk", flat=True))]
    return [method for method in warned if method]


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


def _take_out(method: PaymentMethod, *, at: datetime) -> None:
    """Those behind it move up, so that there is a primary as long as there is any."""
    method.removed_at, method.warn_at = at, None
    method.save(update_fields=["removed_at", "warn_at"])
    ours = PaymentMethod.objects.filter(organization=method.organization_id)
    _arrange(list(ours.present()))


def _arrange(methods: Sequence[PaymentMethod]) -> None:
    keys = [method.pk for method in methods]
    PaymentMethod.objects.filter(pk__in=keys).update(position=F("position") + ASIDE)
    for position, method in enumerate(methods):
        method.position = position
        method.save(update_fields=["position"])
