"""A bank took what was held for work that is not paid yet: its invoice asks for what there is.

Where a part is left, the invoice is for that part. Where nothing is left, a milestone waits
until it is funded anew, and so do hours: the client is asked for their payment once more.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.money import Money, currency_of, show
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from invoices.documents.figures import plain
from invoices.documents.wording import Wording, wording_for, wording_in
from invoices.fees import terms_of_invoice
from invoices.models import Invoice
from invoices.services import deciding_sums
from invoices.services.consenting import clear
from invoices.services.locking import lock_from_the_top
from invoices.services.telling import tell
from payments.models import Charge, Escrow
from payments.services import asking, expecting

ANEW = SYSTEM("the client's bank took back what was held for it")


@transaction.atomic
def fit_all(escrow_id: int, *, at: datetime) -> list[Invoice]:
    """Fit each invoice that waits for this money to what is held by now, and tell both sides."""
    waiting = Invoice.objects.filter(escrow=escrow_id, state__in=Invoice.OPEN).order_by("pk")
    fitted = []
    for pk in waiting.values_list("pk", flat=True):
        _, invoice = lock_from_the_top(pk)
        before = invoice.gross
        fit(invoice, at=at)
        if invoice.gross != before:
            _tell_of_sum(invoice, at=at)
            fitted.append(invoice)
    return fitted


def fit(invoice: Invoice, *, at: datetime) -> None:
    """Ask for what is held for *invoice*, if a bank took some of it. It is locked from the top."""
    if invoice.escrow_id is None or invoice.state not in Invoice.OPEN:
        return
    held = Escrow.objects.lock(invoice.escrow_id)
    was_lowered = invoice.discount_net is not None
    if held.state == Escrow.State.LOST and invoice.week_id:
        _expect_anew(invoice, at=at)
    elif held.state == Escrow.State.HELD and (held.lost or was_lowered):
        _ask_for_what_is_left(invoice, held, at=at)


@transaction.atomic
def ask_anew(invoice_id: int, *, at: datetime) -> Charge | None:
    """Ask the client for the payment of hours once more; a second time asks nothing."""
    _, invoice = lock_from_the_top(invoice_id)
    held = invoice.escrow
    assert held, "A week has an escrow from its lock on."
    if held.state != Escrow.State.EXPECTED or held.settlements.exists():
        return None
    charge = asking.ask(
        payer=invoice.recipient,
        purposes=[held],
        by=ANEW,
        at=at,
        return_path=invoice.get_absolute_url(),
    )
    for organization, deed in [(invoice.issuer, Deed.WORK), (invoice.recipient, Deed.FUND)]:
        to_client = organization.pk == invoice.recipient_id
        tell(
            organization,
            deed,
            invoice,
            template="week_asked_anew",
            subject=f"{show(invoice.gross)} for “{invoice.title}” is not held any more",
            key=f"asked_anew/{charge.ref}/{organization.ref}",
            at=at,
            price=show(invoice.gross),
            pays=show(charge.amount),
            asked=show(charge.asked) if charge.asked else "",
            client=str(invoice.recipient),
            freelancer=str(invoice.issuer),
            is_protected=invoice.is_protected,
            to_client=to_client,
            charge_url=charge.get_absolute_url(),
        )
    return charge


def _expect_anew(invoice: Invoice, *, at: datetime) -> None:
    """Hours wait for their payment as they did on the Monday on which they were billed."""
    if invoice.discount_net is not None:
        _note(invoice, "")
        deciding_sums.restore(invoice, deciding_sums.whole_of(invoice))
        clear(invoice, because="it asks for another sum", at=at)
    terms = terms_of_invoice(invoice, on=at.date())
    invoice.escrow = expecting.expect(terms, client=invoice.recipient, at=at, outlives_charge=True)
    invoice.save(update_fields=["escrow"])
    later(
        "invoices.tasks.ask_for_hours",
        key=f"invoice/{invoice.ref}/anew/{invoice.escrow.ref}",
        invoice_id=invoice.pk,
    )


def _ask_for_what_is_left(invoice: Invoice, held: Escrow, *, at: datetime) -> None:
    if held.remaining == invoice.gross:
        return
    whole = deciding_sums.whole_of(invoice)
    if not held.lost:  # The tax of a part of a week carries a cent on: what is held says it.
        _note(invoice, "")
        deciding_sums.restore(invoice, held.remaining)
    else:
        wording = wording_for(invoice.recipient)
        _note(invoice, _took(whole - held.remaining, whole, wording))
        deciding_sums.lower_to(invoice, held.remaining)
    clear(invoice, because="it asks for another sum", at=at)


def _note(invoice: Invoice, said: str) -> None:
    """Say it on the document, in place of what was said of the sum that it has still.

    Nothing else of the note is ours, and the recipient may read another language by now.
    """
    whole = deciding_sums.whole_of(invoice)
    wordings = [wording_in(language) for language in Organization.DocumentLanguage.values]
    before = {_took(whole - invoice.gross, whole, each) for each in wordings}
    kept = [line for line in invoice.note.split("\n") if line not in before]
    invoice.note = "\n".join([*kept, said]).strip("\n")
    invoice.save(update_fields=["note"])


def _took(missing: Money, whole: Money, wording: Wording) -> str:
    sums = {"missing": missing, "whole": whole}
    said = {name: wording.money(plain(sum_), currency_of(whole)) for name, sum_ in sums.items()}
    return wording.say("bank_took_back", **said)


def _tell_of_sum(invoice: Invoice, *, at: datetime) -> None:
    is_whole = invoice.discount_net is None
    for organization, deed in [(invoice.issuer, Deed.WORK), (invoice.recipient, Deed.APPROVE)]:
        to_client = organization.pk == invoice.recipient_id
        if to_client and invoice.submitted_at is None:
            continue  # They have not seen it yet.
        tell(
            organization,
            deed,
            invoice,
            template="invoice_fitted",
            subject=f"“{invoice.title}” is for {show(invoice.gross)} now",
            key=f"fitted/{invoice.gross.amount}/{at:%Y%m%d%H%M}/{organization.ref}",
            at=at,
            price=show(invoice.gross),
            whole=show(deciding_sums.whole_of(invoice)),
            missing=show(deciding_sums.whole_of(invoice) - invoice.gross),
            is_whole=is_whole,
            client=str(invoice.recipient),
            freelancer=str(invoice.issuer),
            to_client=to_client,
        )
