"""A client pays: begun here, paid on the gateway's page, followed by what the gateway says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import Money, zero
from billing_site.kernel.transitions import SYSTEM, NotAllowed, NotYours, take
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform.queue import later
from payments import statement
from payments.gateways.base import CheckoutState, HostedPage, PaymentState, Snapshot
from payments.gateways.sums import problem_with
from payments.models import Charge, Escrow, GatewayCommand, OpenItem, Quote, Settlement
from payments.services import by_credit, checkouts, expecting, own_currency, telling
from payments.services.calling_off import call_off
from payments.services.commands import enqueue
from payments.services.escrow import EscrowTerms

__all__ = ["EscrowTerms", "Purpose", "begin", "cancel", "charge_of", "checkout_command"]

# What a charge is for: an escrow that waits for it, or so much of what is owed.
Purpose = Escrow | tuple[OpenItem, Money]


@transaction.atomic
def begin(
    *,
    payer: Organization,
    escrows: Sequence[EscrowTerms] = (),
    purposes: Sequence[Purpose] = (),
    by: User | SYSTEM,
    at: datetime,
    return_path: str = "/payments/",
    quote: Quote | None = None,
) -> Charge:
    """Begin to charge *payer* for *escrows* and *purposes*, all at once.

    The *escrows* exist from now on, expected; *purposes* existed before. After the commit
    the door calls `outbox.open_page(charge.pk, at=at)` for the page to send the payer to.
    What their credit pays is not asked for there; if that is all, there is no page.

    :raises NotYours: *by* may not pay for this client, or not so much.
    :raises NotAllowed: *by* asks for a payment that is too small, or too large, or the rate
        that they locked is over.
    """
    charge = write_down(
        payer=payer,
        escrows=escrows,
        purposes=purposes,
        by=by,
        at=at,
        return_path=return_path,
        quote=quote,
    )
    if charge.asked:
        ask_for_page(charge, by=by, at=at)
    return charge


def write_down(
    *,
    payer: Organization,
    escrows: Sequence[EscrowTerms] = (),
    purposes: Sequence[Purpose] = (),
    by: User | SYSTEM,
    at: datetime,
    return_path: str = "/payments/",
    quote: Quote | None = None,
    replaces: Charge | None = None,
) -> Charge:
    """Make the charge and its settlements. Nobody is asked for the money yet.

    With a *quote* it is paid in the client's own currency. What it *replaces* was given up.

    :raises NotYours, NotAllowed: see `begin`.
    """
    made = [expecting.expect(terms, client=payer, at=at) for terms in escrows]
    parts = [_part(purpose) for purpose in (*made, *purposes)]
    assert parts, "A charge is for something."
    currency = str(parts[0][1].currency)
    total = sum((amount for _, amount in parts), start=zero(currency))
    if isinstance(by, User) and not may(by, Deed.FUND, payer, total):
        raise NotYours(f"It is not for {by} to pay this sum for {payer}.")
    charge = Charge(
        client=payer,
        currency=currency,
        amount=total,
        refunded=zero(currency),
        taken_back=zero(currency),
        return_path=return_path,
        begun_at=at,
        replaces=replaces,
    )
    charge.statement = statement.statement_of(charge.ref)
    charge.credit = left = by_credit.set_aside(charge, at=at)
    if charge.asked and isinstance(by, User) and (problem := problem_with(charge.asked)):
        raise NotAllowed(f"{problem} Nothing was charged.")
    if quote:
        charge.quote = own_currency.use(
            quote.pk, charge=charge, document=parts[0][0].document, by=by, at=at
        )
    charge.save()
    if not charge.asked:
        later(settings.CREDIT_CHARGE_TASK, key=f"charge/{charge.ref}/credit", charge_pk=charge.pk)
    for thing, amount in parts:
        assert thing.client_id == payer.pk, "Nobody is charged for what somebody else owes."
        credit = min(left, amount)
        left -= credit
        Settlement.objects.create(
            charge=charge,
            escrow=thing if isinstance(thing, Escrow) else None,
            open_item=thing if isinstance(thing, OpenItem) else None,
            document=thing.document,
            title=thing.title,
            currency=currency,
            amount=amount,
            credit=credit,
            kept=zero(currency),
        )
    return charge


def ask_for_page(charge: Charge, *, by: User | SYSTEM, at: datetime) -> None:
    """Have the gateway open a page where *charge* can be paid."""
    enqueue(
        GatewayCommand.Kind.START_CHECKOUT,
        charge,
        checkouts.checkout_of(charge, by=by, at=at),
        at=at,
        by_door=True,
    )


@transaction.atomic
def cancel(charge_id: int, *, by: User | SYSTEM, at: datetime) -> Charge:
    """Give up a payment that was not made; its page is closed, its escrows are dropped.

    :raises WrongState: it was paid, or is on its way.
    :raises NotYours: *by* may not pay for this client.
    """
    charge, settlements = lock(charge_id)
    give_up(charge, by=by, at=at)
    drop(settlements, why="the payment was cancelled", at=at)
    return charge


def checkout_command(charge: Charge) -> GatewayCommand | None:
    """Return the command whose answer is the page where this is paid; None: no page was asked."""
    asked = charge.commands.filter(kind=GatewayCommand.Kind.START_CHECKOUT)
    return asked.order_by("generation").last()


def charge_of(snapshot: Snapshot) -> Charge | None:
    """Return the charge that a payment or a payment page is about, as it was a moment ago."""
    if not isinstance(snapshot, CheckoutState | PaymentState):
        return None
    charges = Charge.objects.select_related("client")
    paid = snapshot.payment_id if isinstance(snapshot, PaymentState) else ""
    if paid and (known := charges.filter(payment_id=paid).first()):
        return known
    return charges.filter(ref=snapshot.reference).first()


# For the services that follow what the gateway says.


def lock(charge_id: int) -> tuple[Charge, list[Settlement]]:
    """Lock a charge and what it settles: that first, in the order of their keys."""
    settlements = list(Settlement.objects.filter(charge=charge_id).order_by("pk"))
    escrows, items = _lock_what_is_paid(settlements)
    charge = Charge.objects.lock(charge_id)
    for settlement in settlements:
        settlement.charge = charge
        settlement.escrow = escrows.get(settlement.escrow_id or 0)
        settlement.open_item = items.get(settlement.open_item_id or 0)
    return charge, settlements


def lock_all(charge_ids: Sequence[int]) -> None:
    """Lock several and what they settle: that first, for all of them."""
    _lock_what_is_paid(list(Settlement.objects.filter(charge__in=charge_ids)))
    for pk in sorted(charge_ids):
        Charge.objects.lock(pk)


def give_up(charge: Charge, *, by: User | SYSTEM, at: datetime) -> None:
    """Nobody is to pay it any more: not on a page that is open still, whoever gives it up."""
    take(charge.cancel, by=by, at=at)
    by_credit.let_go(charge, at=at)
    call_off(charge, at=at)
    if charge.page_url and charge.page_expires_at and charge.page_expires_at > at:
        checkouts.close(charge, at=at)


def drop(settlements: Sequence[Settlement], *, why: str, at: datetime) -> None:
    """Let go of the escrows that waited for this charge alone."""
    for settlement in settlements:
        escrow = settlement.escrow
        if escrow and not escrow.outlives_charge and escrow.state == Escrow.State.EXPECTED:
            take(escrow.drop, by=SYSTEM(why), at=at)


@transaction.atomic
def page_opened(charge_id: int, page: HostedPage, *, at: datetime, is_late: bool = False) -> Charge:
    """The gateway has a page on which this can be paid. If it is over meanwhile, close it.

    *is_late*: whoever wanted to pay was not led there, and was promised to hear of it.
    """
    charge = Charge.objects.lock(charge_id)
    charge.session_id, charge.page_url = page.session_id, page.url
    charge.page_expires_at = page.expires_at
    charge.save(update_fields=["session_id", "page_url", "page_expires_at"])
    if not charge.is_waiting:
        checkouts.close(charge, at=at)
    elif is_late and charge.is_payable:
        telling.page_is_there(charge, at=at)
    return charge


@transaction.atomic
def page_refused(charge_id: int, *, problem: str, at: datetime) -> Charge:
    """The gateway will not open a page for this charge, so nobody can pay it."""
    charge, settlements = lock(charge_id)
    charge.problem = problem[:300]
    give_up(charge, by=SYSTEM("the gateway refused to open a page"), at=at)
    drop(settlements, why="the payment could not be begun", at=at)
    return charge


def _lock_what_is_paid(
    settlements: Sequence[Settlement],
) -> tuple[dict[int, Escrow], dict[int, OpenItem]]:
    escrows = sorted({each.escrow_id for each in settlements if each.escrow_id})
    items = sorted({each.open_item_id for each in settlements if each.open_item_id})
    return (
        {pk: Escrow.objects.lock(pk) for pk in escrows},
        {pk: OpenItem.objects.lock(pk) for pk in items},
    )


def _part(purpose: Purpose) -> tuple[Escrow | OpenItem, Money]:
    return (purpose, purpose.total) if isinstance(purpose, Escrow) else purpose
