"""What clients owe on approved documents, and what their payments to it bring whom."""

from __future__ import annotations

from datetime import date, datetime

from billing_site.kernel.money import Money, zero
from billing_site.people.models import Organization
from ledger import movements
from ledger.movements import Movement
from payments.models import Charge, Lot, OpenItem, Settlement
from payments.queries.cooling import available_from
from payments.services import trying
from payments.services.escrow import EscrowTerms


def open_(
    terms: EscrowTerms,
    *,
    client: Organization,
    due_on: date,
    at: datetime,
) -> OpenItem:
    """Write down that *client* owes the total of *terms*. Posts nothing."""
    return OpenItem.objects.create(
        client=client,
        paid=zero(str(terms.net.currency)),
        credited=zero(str(terms.net.currency)),
        due_on=due_on,
        created_at=at,
        **terms.columns(),
    )


def write_off(
    item: OpenItem, *, ref: str, at: datetime, actor: int | None = None
) -> list[Movement]:
    """Give up what is owed on *item*, which is locked. It may be paid all the same.

    Nothing charges it by itself any more, and what was about to is called off.
    Only what the platform has paid out itself is in the books, and only that is its loss.
    The caller posts what is returned, last.
    """
    item.written_off_at = at
    item.save(update_fields=["written_off_at"])
    trying.review_all_for([item], cause=f"write_off/{ref}")
    if not item.is_advanced:
        return []
    part = item.payment_of(item.owed)
    return [
        movements.write_off_receivable(
            write_off=ref,
            client=item.client_id,
            gross=part.gross,
            freelancer_fee=part.freelancer_fee,
            client_fee=part.client_fee,
            client_fee_tax=part.client_fee_tax,
            tax_country=item.fee_tax_country_client,
            at=at,
            actor=actor,
        )
    ]


def pay(
    item: OpenItem,
    settlement: Settlement,
    *,
    charge: Charge,
    amount: Money,
    at: datetime,
    from_credit: Money | None = None,
) -> list[Movement]:
    """Count *amount*, which is no more than is owed, towards *item*, which is locked.

    *charge* is what brought it, but for what is *from_credit*. The caller posts what is
    returned, last.
    """
    assert zero(item.currency) < amount <= item.owed, "Who pays more keeps the rest as credit."
    part = item.payment_of(amount)
    item.paid += amount
    if not item.owed:
        item.closed_at = at
    item.save(update_fields=["paid", "closed_at"])
    settlement.client_fee, settlement.client_fee_tax = part.client_fee, part.client_fee_tax
    settlement.settled_at = at
    settlement.save(update_fields=["client_fee", "client_fee_tax", "settled_at"])
    if item.is_advanced and item.written_off_at:
        return [
            movements.recover_written_off(
                settlement=settlement.reference,
                charge=charge.ref,
                client=item.client_id,
                gross=part.gross,
                freelancer_fee=part.freelancer_fee,
                client_fee=part.client_fee,
                client_fee_tax=part.client_fee_tax,
                tax_country=item.fee_tax_country_client,
                at=at,
                from_credit=from_credit,
            )
        ]
    if item.is_advanced:
        return [
            movements.collect_receivable(
                settlement=settlement.reference,
                charge=charge.ref,
                client=item.client_id,
                amount=amount,
                at=at,
                from_credit=from_credit,
            )
        ]
    if part.gross:
        Lot.objects.create(
            settlement=settlement,
            client_id=item.client_id,
            freelancer_id=item.freelancer_id,
            document=item.document,
            title=item.title,
            currency=item.currency,
            net=part.net,
            gross=part.gross,
            fee=part.freelancer_fee,
            fee_tax=part.freelancer_fee_tax,
            amount=part.net_to_freelancer,
            client_fee=part.client_fee,
            client_fee_tax=part.client_fee_tax,
            gross_back=zero(item.currency),
            amount_back=zero(item.currency),
            released_at=at,
            available_at=available_from(item.security_days, charge, at=at),
        )
    return [
        movements.pay_invoice(
            settlement=settlement.reference,
            charge=charge.ref,
            client=item.client_id,
            freelancer=item.freelancer_id,
            gross=part.gross,
            client_fee=part.client_fee,
            client_fee_tax=part.client_fee_tax,
            client_tax_country=item.fee_tax_country_client,
            freelancer_fee=part.freelancer_fee,
            freelancer_fee_tax=part.freelancer_fee_tax,
            freelancer_tax_country=item.fee_tax_country_freelancer,
            at=at,
            from_credit=from_credit,
        )
    ]
