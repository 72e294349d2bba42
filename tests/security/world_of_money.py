"""Money on its way, and what was written about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from invoices.services import (
    crediting,
    mediating_requests,
    receipts,
    refund_requests,
    released_requests,
)
from ledger import movements
from ledger.queries import records
from ledger.services.posting import post
from payments.gateways.base import PayoutState, Status, TransferState
from payments.gateways.sandbox import paying, snapshots
from payments.models import GatewayCommand, Payout, PayoutMethod
from payments.services import (
    charging,
    collecting,
    earnings,
    escrow,
    following,
    outbox,
    payee_pages,
    payouts,
    refunds,
    restricting,
    sending,
)
from records.queries.transactions import Asked
from records.services import certificates, collectives, exports, personal_exports
from tests import given, given_payments
from tests.given import EUR
from tests.security.personas import P

if TYPE_CHECKING:
    from tests.security.world import World

TEN_DAYS = timedelta(days=10)  # what was approved then is available now


def keep_records(world: World) -> None:
    client = world.cast.organizations["client"]
    ada = world.cast.user(P.CLIENT_OWNER)
    asked = Asked(currency="EUR")
    done = exports.request(client, asked, format_="csv", by=ada, at=world.now)
    exports.write_out(done.pk, at=world.now)
    world.keep("finished export", done)
    running = exports.request(client, asked, format_="json", by=ada, at=world.now)
    world.keep("running export", running)
    about_ada = personal_exports.request(ada, at=world.now)
    exports.write_out(about_ada.pk, at=world.now)
    world.keep("data of the owner", about_ada)
    today = world.now.date()
    certificate = certificates.issue(
        client, "EUR", today, today, by=ada, at=world.now, op_id=uuid4()
    )
    certificates.keep_pdf(certificate.pk)
    world.keep("certificate", certificate)
    month, after = today.replace(day=1), world.now + timedelta(days=32)
    collective, *_ = collectives.issue_all(client.pk, month, at=after)
    collectives.keep_pdf(collective.pk)
    world.keep("collective statement", collective)
    held = records.Wanted(client.pk, "EUR", kinds=["fund_escrow"])  # no affair of the other side
    [newest] = records.page(held, limit=1)
    world.keep("record of the client", str(newest.entry))


def keep_payouts(world: World, freelancer: Any) -> None:
    earnings.make_available(at=world.now)
    ours = world.cast.organizations["freelancer"]
    method = given_payments.payout_method(freelancer, at=world.now - TEN_DAYS)
    world.keep("payout method", method)
    page = outbox.open_onboarding(ours, by=freelancer, at=world.now)
    assert page, "The sandbox always has a page."
    world.keep("onboarding page", page.session_id)
    shown = payee_pages.open_dashboard(method.organization, by=freelancer, at=world.now)
    assert shown, "The sandbox opens its pages at once."
    world.keep("dashboard link", shown.session_id)
    world.keep("sent payout", _sent_payout(world, freelancer, method))
    asked = payouts.request(
        organization=ours, method=method, amount=EUR("100.00"), by=freelancer, at=world.now
    )
    world.keep("requested payout", asked)
    taken_back = payouts.request(
        organization=ours, method=method, amount=EUR("50.00"), by=freelancer, at=world.now
    )
    payouts.cancel(taken_back.pk, by=freelancer, at=world.now)
    world.keep("cancelled payout", taken_back)
    dollars = PayoutMethod.objects.create(
        organization=ours,
        destination="ba_dollars",
        label="Dollar Bank",
        last4="0840",
        currency="USD",
        added_at=world.now - TEN_DAYS,
        active_from=world.now - TEN_DAYS,
    )
    world.keep("dollar bank", dollars)
    quote = given_payments.quoted(freelancer, dollars, EUR("10.00"), at=world.now)
    world.keep("open quote", quote)
    _owe_kronor(world)
    restricted = restricting.restrict_organization(
        ours.pk,
        scopes=["funding"],  # which a freelancer never does
        reason="We are looking at their papers.",
        review_on=world.now.date() + timedelta(days=30),
        by=world.cast.user(P.SUPERUSER),
        at=world.now,
    )
    world.keep("restriction", restricted)


def _sent_payout(world: World, freelancer: Any, method: PayoutMethod) -> Payout:
    """The sandbox has no money for it: what it would answer is told here."""
    at = world.now - timedelta(days=1)
    sent = given_payments.requested_payout(freelancer, method, EUR("20.00"), at=at)
    sending.send(sent.pk, at=at)
    facts = (sent.ref, "acct_1")
    sending.transferred(sent.pk, state=TransferState("tr_1", *facts, 1_901, "EUR"), at=at)
    answer = PayoutState("po_1", *facts, Status.PROCESSING, 1_901, "EUR", at.date())
    sending.accepted(sent.pk, state=answer)
    sent.commands.update(state=GatewayCommand.State.DONE, answered_at=at)
    receipts.write_for_payout(sent.pk)
    return sent


def keep_methods(world: World, client: Any) -> None:
    given_payments.payment_method(client, "3155", at=world.now - TEN_DAYS)
    for thing, code in (("backup method", "4444"), ("last method", "sepa")):
        world.keep(thing, given_payments.payment_method(client, code, at=world.now - TEN_DAYS))
    collected = collecting.collect(
        payer=world.cast.organizations["client"],
        escrows=[given_payments.terms(world.cast.user(P.FREELANCER), document="week/W1")],
        by=SYSTEM("its week was locked"),
        at=world.now,
    )
    outbox.run(collected.commands.get().pk, at=world.now)
    world.keep("collected charge", collected)
    page = outbox.open_method_setup(world.cast.organizations["client"], by=client, at=world.now)
    assert page, "The sandbox always has a page."
    world.keep("setup page", page.session_id)


def keep_promised_charge(world: World, client: Any) -> None:
    """Its client sends it by bank transfer, and it is not there."""
    payer, at = world.cast.organizations["client"], world.now
    asked = given_payments.terms(world.cast.user(P.FREELANCER), document="milestone/promised")
    charge = charging.begin(payer=payer, escrows=[asked], by=client, at=at)
    page = outbox.open_page(charge.pk, at=at)
    assert page, "The sandbox always has a page."
    payment = paying.pay(page.session_id, "transfer_never", at=at)
    following.payment(charge.pk, snapshots.payment(payment), at=at)
    world.keep("promised charge", charge)


def keep_failed_refund(world: World, thing: str, client: Any) -> None:
    """Money that should go back, and that the gateway would not send."""
    worker, at = world.cast.user(P.FREELANCER), world.now - TEN_DAYS
    held = given_payments.held_escrow(client=client, freelancer=worker, at=at)
    by = SYSTEM("the work ended")
    refund = escrow.refund(held.pk, reason="It ended.", by=by, at=at)
    refunds.refused(refund.pk, problem="It cannot be sent there.", at=at)
    world.keep(thing, refund)
    world.keep(f"{thing}'s payment", refund.charge)


def keep_credit(world: World, sides: dict[str, Any]) -> None:
    """After all that credit would pay."""
    paid = given.paid_invoice(**sides, at=world.now)
    amounts = {paid.lines.get().pk: EUR("100.00")}
    by, reason = sides["freelancer"], "Less was done"
    crediting.credit(paid.pk, amounts=amounts, reason=reason, by=by, at=world.now)


def keep_released(world: World, sides: dict[str, Any]) -> None:
    """Released money that was asked back: once refused, and once with a mediator."""
    for thing in ("refused request", "mediated request"):
        paid = given.paid_invoice(**sides, at=world.now)
        request = released_requests.ask(
            paid.pk, amount=EUR("50.00"), reason="Late.", by=sides["client"], at=world.now
        )
        by = sides["freelancer"]
        refund_requests.refuse(request.pk, reason="No.", by=by, at=world.now)
        if thing == "mediated request":
            mediating_requests.dispute(request.pk, by=by, at=world.now)
        world.keep(thing, request)


def _owe_kronor(world: World) -> None:
    """What went back of a payment in a currency of which nothing is available."""
    fifty = Money("50.00", "SEK")
    nothing = fifty - fifty
    post(
        movements.refund_released(
            lot="gone",
            document=("credit_note", "kronor"),
            client=world.cast.organizations["client"].pk,
            freelancer=world.cast.organizations["freelancer"].pk,
            from_pending=nothing,
            from_available=nothing,
            from_debt=fifty,
            freelancer_fee=nothing,
            freelancer_fee_tax=nothing,
            freelancer_tax_country="AT",
            client_fee=nothing,
            client_fee_tax=nothing,
            client_tax_country="AT",
            to_receivable=nothing,
            at=world.now,
        )
    )
