"""Charging a client who is not there: with what they saved, in its order, until it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from billing_site.kernel.sweeping import one_by_one
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from payments.gateways.sums import is_too_little
from payments.models import (
    Charge,
    Collection,
    OpenItem,
    PaymentMethod,
    Quote,
    Settlement,
)
from payments.queries.being_paid import being_paid, known_by, to_ask, words_for
from payments.services import asking, charging, leftovers, promising, trying
from payments.services.escrow import EscrowTerms

A_DAY, NO_DAY = timedelta(days=1), timedelta()
TOO_LITTLE = "It is too little to be charged by itself: it comes with your next charge."
NOT_NEEDED = SYSTEM("what it was for was paid otherwise, or given up")


@transaction.atomic
def collect(
    *,
    payer: Organization,
    escrows: Sequence[EscrowTerms] = (),
    purposes: Sequence[charging.Purpose] = (),
    only: PaymentMethod | None = None,
    by: User | SYSTEM,
    at: datetime,
    return_path: str = "/payments/",
    quote: Quote | None = None,
) -> Charge:
    """Charge *payer* for all of this with what they saved; the first try begins at once.

    The charge does not fail: while nothing pays it, it is tried again, and waits. Whoever may
    pay for the client is told, and can pay it on a page. Where the client is there and chose
    one method, *only* that is tried, once; if its bank refuses, the charge is given up. What was
    too little to be charged before comes with what we charge by ourselves.

    :raises NotYours: *by* may not pay for this client, or not so much.
    :raises NotAllowed: *only* is not theirs, was removed, or cannot be charged any more.
    """
    if only and (only.organization_id != payer.pk or only.removed_at or not only.is_usable):
        raise NotAllowed(f"{only} cannot be charged any more. Nothing was charged.")
    if isinstance(by, SYSTEM):
        purposes = [*purposes, *leftovers.take_along(payer, escrows, purposes, at=at)]
    charge = charging.write_down(
        payer=payer,
        escrows=escrows,
        purposes=purposes,
        by=by,
        at=at,
        return_path=return_path,
        quote=quote,
    )
    if charge.asked:  # Else it is paid already, by their credit.
        collection = Collection.objects.create(charge=charge, began_at=at, only=only)
        trying.try_next(charge, collection, at=at)
    return charge


@transaction.atomic
def try_again(charge_id: int, *, at: datetime, by: User | None = None) -> Charge:
    """Begin another round: because it is due, or because *by* asks for it now.

    Who asks with the page of one that was given up means what took its place.

    :raises NotYours: *by* may not pay so much for this client.
    :raises NotAllowed: *by* asks, and it is being charged, or is not to be paid any more.
    """
    lock = asking.lock_what_is_paid if by else charging.lock
    charge, settlements = lock(charge_id)
    collection = Collection.objects.filter(charge=charge).first()
    if collection is None:
        raise NotAllowed("This one is paid on its own page. Nothing was charged.")
    if by:
        _check(charge, by)
        _refuse_to_disturb(charge, collection, at=at)
    elif collection.next_try_at is None or collection.next_try_at > at:
        return charge  # Another sweep was faster, or it was paid meanwhile.
    if not charge.waits_for_payer:
        trying.plan(collection, None)
    elif not by and (other := being_paid(OpenItem.objects.asked_for_by(charge), but=charge)):
        trying.plan(collection, known_by(other, at=at))
    elif not leftovers.is_needed(settlements):
        rest, renewed = _renew(charge, settlements, collection, at=at)
        if renewed:
            _take_turn(rest, renewed, by=by, at=at)
        return rest
    else:
        _take_turn(charge, collection, by=by, at=at)
    return charge


@transaction.atomic
def review(charge_id: int, *, at: datetime) -> Charge:
    """Part of it may have been paid otherwise or given up: ask for no more than is still owed.

    What is left is tried when its turn comes, as all of it would have been; after the last round,
    or where nothing was to be tried at all, it waits for a person. So it does while a bank is
    paying what is left.
    """
    charge, settlements = charging.lock(charge_id)
    collection = Collection.objects.filter(charge=charge).first()
    if collection is None:
        return promising.review(charge_id, at=at)
    is_idle = trying.open_attempt(collection) is None and charge.state == Charge.State.BEGUN
    others = being_paid(OpenItem.objects.asked_for_by(charge), but=charge)
    if is_idle and not others and not leftovers.is_needed(settlements):
        return _renew(charge, settlements, collection, at=at)[0]
    return charge


@transaction.atomic
def collect_owed(item_id: int, *, at: datetime) -> Charge | None:
    """Charge what is owed on a document and due; None: somebody pays it, has, or it was given up.

    Who has saved no way to pay is asked to pay it by themselves, and has the day for that. So has
    whoever has a page open, be it for a part: then the page is closed, and all is charged.
    """
    item = OpenItem.objects.lock(item_id)  # what is being paid of it is not charged once more
    has_methods = PaymentMethod.objects.filter(organization=item.client).chargeable().exists()
    turn = datetime.combine(item.due_on, time(tzinfo=UTC)) + (A_DAY if not has_methods else NO_DAY)
    if not item.is_still_owed or at < turn or being_paid([item]):
        return None
    waiting = (same := Charge.objects.towards([item])).filter(state__in=Charge.WAITING)
    asking_for_it = Collection.objects.asking().filter(charge__in=waiting.values("pk"))
    if asking_for_it.exists() or waiting.about_to_open(at=at).exists():
        return None
    pages = Charge.objects.filter(pk__in=waiting.values("pk")).on_open_pages(at=at)
    if asking.make_way(pages, turn=asking.put_off(turn, by=same), at=at):
        return None  # Somebody may be paying it there, and has a day for that.
    by = SYSTEM(f"{item.title} is due")
    return collect(payer=item.client, purposes=[(item, to_ask(item))], by=by, at=at)


def collect_all_owed(*, at: datetime) -> list[Charge]:
    """Charge everything that is due, each by itself."""
    due = OpenItem.objects.still_owed().filter(due_on__lte=at.date())
    collected = Collection.objects.asking().values("charge")
    idle = due.exclude(settlements__charge__in=collected)
    # What the platform advanced may still be paid by the charge that had not filled the escrow.
    idle = idle.exclude(escrow__settlements__charge__in=collected)
    keys = idle.order_by("due_on", "pk").values_list("pk", flat=True)
    return one_by_one(keys, lambda pk: collect_owed(pk, at=at), to="collect open item")


def try_due(*, at: datetime) -> list[Charge]:
    """Begin every round that is due, each by itself."""
    due = Collection.objects.due(at=at).values_list("charge", flat=True)
    return one_by_one(due, lambda pk: try_again(pk, at=at), to="try again charge")


@transaction.atomic
def ask_for_page(charge_id: int, *, by: User, at: datetime) -> Charge:
    """Let *by* pay a collected charge on a page; while that is open, nothing else is tried.

    Where less is owed by now, it is given up, and the page is for a charge of the rest; so it
    is where that was done before.

    :raises NotYours: *by* may not pay so much for this client.
    :raises NotAllowed: it is being charged, is not to be paid any more, or has no rate now.
    """
    charge, settlements = asking.lock_what_is_paid(charge_id)
    _check(charge, by)
    if not charge.asked:
        return charge  # Their credit pays what is left.
    collection = Collection.objects.get(charge=charge)
    _refuse_to_disturb(charge, collection, at=at)
    if not leftovers.is_needed(settlements):
        charge, renewed = _renew(charge, settlements, collection, at=at)
        if renewed is None:
            return charge
        collection = renewed
    asking.for_page(charge, collection, by=by, at=at)
    return charge


def _take_turn(charge: Charge, collection: Collection, *, by: User | None, at: datetime) -> None:
    """Try what is saved, if nobody may be paying for the same on a page."""
    if by:
        asking.refuse_to_try(charge, collection, at=at)
        trying.try_next(charge, collection, at=at)
    elif pause := asking.pause_until(charge, turn=collection.turn_before(at), at=at):
        trying.plan(collection, pause)  # Somebody may be paying it there.
    else:
        trying.try_next(charge, collection, at=at)


def _check(charge: Charge, by: User) -> None:
    if not may(by, Deed.FUND, charge.client, charge.amount):
        raise NotYours(f"It is not for {by} to pay this sum for {charge.client}.")


def _refuse_to_disturb(charge: Charge, collection: Collection, *, at: datetime) -> None:
    if charge.is_waiting and collection.waits_for_more:
        raise NotAllowed(f"{TOO_LITTLE} Nothing was charged.")
    if attempt := trying.open_attempt(collection):
        raise NotAllowed(f"{attempt.method} is being charged for it. Nothing else was charged.")
    if charge.state not in Charge.WAITING:
        raise NotAllowed(f"Nothing is to be paid here: it is {charge.get_state_display()}.")
    if other := being_paid(OpenItem.objects.asked_for_by(charge), but=charge):
        raise NotAllowed(f"{words_for(other, at=at)} Nothing else was charged.")


def _renew(
    charge: Charge, settlements: Sequence[Settlement], collection: Collection, *, at: datetime
) -> tuple[Charge, Collection | None]:
    """Part of it was paid otherwise, or given up: the rest is a charge of its own from now on.

    It is collected by the schedule that there was. None: nothing is left to be collected.
    """
    left = leftovers.left_of(settlements)
    planned = collection.next_try_at
    charging.give_up(charge, by=NOT_NEEDED, at=at)
    trying.plan(collection, None)
    if not left:
        return charge, None
    rest = charging.write_down(
        payer=charge.client,
        purposes=left,
        by=NOT_NEEDED,
        at=at,
        return_path=charge.return_path,
        replaces=charge,
    )
    if not rest.asked:
        return rest, None
    renewed = Collection.objects.create(
        charge=rest,
        began_at=collection.began_at,
        only=collection.only,
        rounds=collection.rounds,
        next_try_at=planned,
        late_since=collection.late_since,
    )
    if is_too_little(rest.charged):
        leftovers.wait_for_more(rest, renewed)
    return rest, renewed
