"""An approved invoice for which money is held is paid at once: its escrow is released."""

from __future__ import annotations

from datetime import date, datetime

from billing_site.kernel.money import show
from billing_site.kernel.transitions import SYSTEM, NotAllowed, take
from billing_site.people.access import Deed
from billing_site.people.models import User
from invoices.models import Contract, Invoice
from invoices.services import weeks
from invoices.services.billing import bill_freelancer_fee
from invoices.services.closing import close_if_done
from invoices.services.telling import date_words, tell
from payments.models import Escrow
from payments.queries.debts import debt_of, owed_words
from payments.services import advancing, escrow
from payments.services.escrow import Release
from payments.services.freezing import refuse_if_frozen

RELEASED = SYSTEM("its held money was released")


def check_money(invoice: Invoice, *, by: User | SYSTEM) -> None:
    """Refuse to approve from an escrow that does not hold it, or the client would pay twice.

    Protected hours are approved without it when their review is over: the platform advances.

    :raises NotAllowed: what is held is frozen, or not what the invoice asks for.
    """
    if invoice.state != Invoice.State.SUBMITTED:
        return  # Taking the step says that in better words.
    assert invoice.escrow_id, "Nothing is held for it: it is owed."
    held = Escrow.objects.lock(invoice.escrow_id)
    invoice.escrow = held
    refuse_if_frozen(held)
    is_waiting = held.state == Escrow.State.EXPECTED
    if is_waiting and invoice.is_protected and isinstance(by, SYSTEM):
        return
    if held.state != Escrow.State.HELD or held.remaining != invoice.gross:
        raise NotAllowed(
            f"What is held for “{held.title}” is {held.get_state_display()} and not the "
            f"{show(invoice.gross)} of its invoice. Nothing was approved."
        )


def release(invoice: Invoice, contract: Contract, *, by: User | SYSTEM, at: datetime) -> None:
    """Pay *invoice*, which was approved in this transaction. Posts to the books, last."""
    assert invoice.escrow_id, "Nothing is held for it: it is owed."
    if invoice.escrow and invoice.escrow.state == Escrow.State.EXPECTED:
        made = _advance(invoice, contract, at=at)
    else:
        take(invoice.settle, by=RELEASED, at=at)
        if invoice.milestone:
            take(invoice.milestone.close, by=RELEASED, at=at)
        weeks.close_if_done(invoice, at=at)
        close_if_done(contract, at=at)
        reason = str(by) if isinstance(by, SYSTEM) else "approved"
        made = escrow.release(invoice.escrow_id, document=invoice.ref, at=at, by_reason=reason)
    bill_freelancer_fee(contract, made.lot, invoice=invoice, agreed_on=_agreed_on(invoice))
    tell_of_release(invoice, made, by_silence=isinstance(by, SYSTEM), at=at)


def _advance(invoice: Invoice, contract: Contract, *, at: datetime) -> Release:
    """Pay the freelancer in the client's stead. The invoice is paid once the client has."""
    assert invoice.escrow_id, "A week has an escrow from its lock on."
    weeks.note_advance(contract, invoice, at=at)
    made, item = advancing.advance_and_release(invoice.escrow_id, document=invoice.ref, at=at)
    invoice.open_item = item
    invoice.save(update_fields=["open_item"])
    return made


def tell_of_release(invoice: Invoice, made: Release, *, by_silence: bool, at: datetime) -> None:
    facts = {
        "number": invoice.number,
        "price": show(invoice.gross),
        "gets": show(made.net_to_freelancer),
        "available": date_words(made.available_at),
        "by_silence": by_silence,
        "is_paid": invoice.state == Invoice.State.PAID,
    }
    tell(
        invoice.issuer,
        Deed.WORK,
        invoice,
        template="invoice_approved",
        subject=f"{show(made.net_to_freelancer)} for “{invoice.title}” is yours, "
        f"available {date_words(made.available_at)}",
        key="approved/freelancer",
        at=at,
        client=str(invoice.recipient),
        owes=" ".join(owed_words(debt_of(made.lot.freelancer_id, made.lot.currency), ())),
        **facts,
    )
    tell(
        invoice.recipient,
        Deed.VIEW,
        invoice,
        template="invoice_issued",
        subject=f"Invoice {invoice.number} for {show(invoice.gross)} was approved"
        f"{_by_whom(invoice)}",
        key="approved/client",
        at=at,
        freelancer=str(invoice.issuer),
        **facts,
    )


def _by_whom(invoice: Invoice) -> str:
    """After “was approved”; silence has no name."""
    return f" by {invoice.approved_by}" if invoice.approved_by else ""


def _agreed_on(invoice: Invoice) -> date:
    """The day on which the whole cost was shown: when the payment for it was begun."""
    assert invoice.escrow, "Nothing is held for it: it is owed."
    return invoice.escrow.created_at.date()
