"""What a figure would do, before anybody commits to it: the very plan that is then carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from billing_site.kernel.money import Money, from_minor, proportion, to_minor, zero
from disputes.models import Dispute, Proposal
from ledger.queries.balances import balance
from payments.models import Escrow
from payments.queries.account_words import AccountWords, words_for
from payments.queries.leaving import movements_of

if TYPE_CHECKING:
    from ledger.movements import Movement

# Silence carries the proposal out.
LEANING = {Dispute.State.PROPOSED, Dispute.State.UNRESOLVED}


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line of the books: a debit or a credit, and what the account says before and after."""

    words: str
    code: str
    debit: Money | None
    credit: Money | None
    before: Money | None  # null: the account is opened by it
    after: Money | None


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    title: str
    lines: list[PlannedLine]


@dataclass(frozen=True, slots=True)
class SettlementPlan:
    """Both shares to the last cent. `hash` names it: what is confirmed is what is done."""

    figure: Money
    at_stake: Money
    held_now: Money
    to_freelancer: Money  # gross, of what is held now
    to_client: Money
    freelancer_fee: Money
    freelancer_fee_tax: Money
    freelancer_gets: Money  # after our fee
    client_fee_kept: Money
    client_fee_back: Money
    client_fee_tax_back: Money
    client_gets: Money  # with the part of our fee that goes back
    invoice_words: str
    credit_note_words: str
    entries: list[PlannedEntry]
    hash: str


def settlement_preview(dispute: Dispute, figure: Money, *, at: datetime) -> SettlementPlan:
    """Return what dividing by *figure* posts, bills and credits, if it happened now."""
    escrow, held, part, planned = _planned(dispute, figure, at=at)
    work, back = escrow.division(part)
    return SettlementPlan(
        figure=figure,
        at_stake=dispute.at_stake,
        held_now=held,
        to_freelancer=part,
        to_client=held - part,
        freelancer_fee=work.freelancer_fee,
        freelancer_fee_tax=work.freelancer_fee_tax,
        freelancer_gets=work.net_to_freelancer,
        client_fee_kept=work.client_fee,
        client_fee_back=back.client_fee,
        client_fee_tax_back=back.client_fee_tax,
        client_gets=back.client_total,
        invoice_words=_invoice_words(dispute, part),
        credit_note_words=_credit_words(back.client_fee + back.client_fee_tax),
        entries=_entries(planned),
        hash=_hash(dispute, figure, planned),
    )


def is_planned(dispute: Dispute, figure: Money, plan_hash: str, *, at: datetime) -> bool:
    """Whether dividing by *figure* would post now what it would have when it was looked at."""
    *_, planned = _planned(dispute, figure, at=at)
    return _hash(dispute, figure, planned) == plan_hash


def fits(proposal: Proposal, dispute: Dispute, *, at: datetime) -> bool:
    """Whether the money is still what it was when this was proposed."""
    return is_planned(dispute, proposal.figure, proposal.plan_hash, at=at)


def proposal_fits(dispute: Dispute, proposal: Proposal | None, *, at: datetime) -> bool:
    """Whether the money is still what the proposal divides, where that is what silence does."""
    if proposal is None or dispute.state not in LEANING:
        return True
    return fits(proposal, dispute, at=at)


def _planned(
    dispute: Dispute, figure: Money, *, at: datetime
) -> tuple[Escrow, Money, Money, Sequence[Movement]]:
    """Return the escrow, what it holds now, the freelancer's part of that, and what is posted."""
    escrow = Escrow.objects.select_related("funded_by").get(pk=dispute.escrow_id)
    is_held = escrow.state == Escrow.State.HELD
    held = escrow.remaining if is_held else zero(escrow.currency)
    part = figure if held == dispute.at_stake else _in_proportion(dispute, figure, held)
    planned = movements_of(escrow, part, invoice=dispute.invoice.ref, at=at) if held else []
    return escrow, held, part, planned


def _in_proportion(dispute: Dispute, figure: Money, held: Money) -> Money:
    """What a bank took in part is missing from both shares."""
    return proportion(held, to_minor(figure), to_minor(dispute.at_stake))


def _invoice_words(dispute: Dispute, part: Money) -> str:
    if not part:
        return f"{dispute.invoice} is withdrawn."
    if part == dispute.invoice.gross:
        return f"{dispute.invoice} is issued as it was submitted."
    return f"{dispute.invoice} is issued, lowered by {dispute.invoice.gross - part}."


def _credit_words(fee_back: Money) -> str:
    if not fee_back:
        return "No credit note: no part of the fee goes back."
    return f"A credit note gives {fee_back} of the client's fee back."


def _entries(planned: Sequence[Movement]) -> list[PlannedEntry]:
    """The entries in the order in which they are posted; each begins where the last one ended."""
    balances: dict[str, Money] = {}
    accounts = [line.account for each in planned for line in each.lines]
    words = words_for(((it.code, it.holder) for it in accounts), reader=None)
    return [PlannedEntry(it.memo, _lines(it, balances, words)) for it in planned]


def _lines(
    movement: Movement, balances: dict[str, Money], words: AccountWords
) -> list[PlannedLine]:
    lines = []
    for line in movement.lines:
        if not line.minor:
            continue
        amount = from_minor(abs(line.minor), line.currency)
        code = line.account.code
        before = after = None
        if not line.account.sharded:
            before = balances.get(code) or balance(code, line.currency)
            after = balances[code] = before + from_minor(line.minor, line.currency)
        is_debit = line.minor < 0
        lines.append(
            PlannedLine(
                words=words.of(code, line.account.holder),
                code=code,
                debit=amount if is_debit else None,
                credit=None if is_debit else amount,
                before=before,
                after=after,
            )
        )
    return lines


def _hash(dispute: Dispute, figure: Money, planned: Sequence[Movement]) -> str:
    """Over all that would be posted. It does not depend on when somebody looks."""
    told = [f"{dispute.ref} {figure}"]
    for movement in planned:
        told += [movement.kind]
        told += [f"{line.account.code} {line.currency} {line.minor}" for line in movement.lines]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
