"""The page of one invoice: what it asks, who said what, where the money is, what happens next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from billing_site.kernel.money import Money, show, zero
from billing_site.people.access import Deed
from billing_site.people.models import Organization
from invoices.fees import cost_of_invoice
from invoices.models import Contract, Expense, Invoice, InvoiceLine, InvoiceTax, Milestone
from invoices.queries import after as after_
from invoices.queries import (
    agreement,
    costs,
    history,
    money_trail,
    over_budget,
    review,
    unpaid_words,
)
from invoices.queries.after import After
from invoices.queries.consent import Consent, approvals_of, consent_to
from invoices.queries.costs import CostLine, CostView
from invoices.queries.hanging import CHARGES, hanging_on
from invoices.queries.history import Happening
from invoices.queries.invoice_sentence import sentence_of
from invoices.queries.money_stops import Stop
from invoices.queries.papers import PaperLink, papers_of
from invoices.queries.part_page import why_not_in_part
from invoices.queries.viewer import Viewer, other_side
from invoices.taxing import rate_words
from payments.models import Escrow, OpenItem
from payments.queries.cooling import available_from
from payments.queries.credit import left_to_pay, words_for
from payments.queries.frozen import why_frozen
from payments.queries.standing import how_far

HELP_LASTS = timedelta(days=30)  # after release: mediation and voluntary refunds
S = Invoice.State


@dataclass(frozen=True, slots=True)
class InvoicePage:
    invoice: Invoice
    contract: Contract
    milestone: Milestone | None
    other: Organization
    is_client: bool
    sentence: str
    lines: list[InvoiceLine]
    tax_words: str
    story: list[Happening]
    papers: list[PaperLink]
    expenses: list[Expense]  # with their vouchers
    stops: list[Stop]
    cost: CostView | None
    agreement: list[str]  # who agreed, who has to, in whose name
    in_whose_name: str
    may_approve: bool
    may_divide: bool  # some of its hours may be approved apart
    approve_verb: str
    may_review: bool
    why_not: str
    may_deliver: bool
    may_withdraw: bool
    may_change: bool  # it was written by hand and is with the freelancer
    may_submit: bool  # it is with the freelancer, and goes to the client by a word
    may_copy: bool
    foot: list[CostLine]  # between the lines and the total: discount, and tax by rate
    may_pay: bool
    owed: OpenItem | None  # what is still to pay on it
    by_credit: str  # what of that the client's credit pays
    to_charge: Money | None  # what their credit leaves of that
    charged: str  # how far we have come with charging for it
    pay_url: str  # of the payment that it waits for
    silence: str  # what happens at the deadline
    if_submitted: str  # how long the client has then, and what silence means
    if_returned: str  # where the money is then
    if_withdrawn: str
    available_at: datetime | None  # if it is approved now, or since it was
    help_until: datetime
    after: After | None  # what came once it was issued
    dispute_words: str  # of the link to its dispute, or to opening one; empty: neither


def invoice_page(invoice: Invoice, viewer: Viewer, *, at: datetime) -> InvoicePage:
    contract, milestone, item = invoice.contract, invoice.milestone, invoice.open_item
    owed = item if item and item.is_open else None
    to_pay = owed.owed if owed else None
    by_credit = words_for(invoice.recipient, to_pay) if to_pay and viewer.is_client else ""
    is_waiting = invoice.state == S.SUBMITTED
    reviews = viewer.is_client and is_waiting and viewer.may(Deed.APPROVE)
    works = not viewer.is_client and viewer.may(Deed.WORK)
    is_new = invoice.state == S.DRAFT and invoice.escrow_id is None
    has = set() if is_new else hanging_on(invoice)
    approvals = approvals_of(invoice) if viewer.is_client and "approvals" in has else []
    consent = None
    if viewer.is_client and is_waiting:
        given = [it for it in approvals if it.round == invoice.round and not it.cleared_at]
        consent = consent_to(invoice, at=at, given=given)
    frozen = why_frozen(invoice.escrow) if is_waiting and invoice.escrow else ""
    why_not = ""
    if consent:
        why_not = (
            review.frozen(frozen)
            or review.unpaid(invoice)
            or review.why_not(invoice, viewer, consent)
            or (over_budget.why_over(invoice, at=at) if reviews and consent.is_last else "")
        )
    approved_at = invoice.approved_at or at
    has_rates = invoice.source in Invoice.WITH_RATES
    taxes = list(invoice.taxes.order_by("-bps", "treatment")) if has_rates else []
    return InvoicePage(
        invoice=invoice,
        contract=contract,
        milestone=milestone,
        other=other_side(viewer, contract),
        is_client=viewer.is_client,
        sentence=sentence_of(invoice, viewer, frozen=frozen),
        lines=list(invoice.lines.order_by("position")),
        tax_words=_tax_words(invoice, taxes),
        story=history.of_invoice(invoice, approvals),
        papers=papers_of(
            escrow=invoice.escrow, item=item, organization=viewer.membership.organization
        ),
        expenses=_expenses(invoice),
        stops=money_trail.stops_of(
            invoice.escrow, item, invoice, for_client=viewer.is_client, at=at
        ),
        cost=_cost(invoice, viewer, _tax_words(invoice, taxes), at=at),
        agreement=agreement.words(invoice, viewer.user, consent) if consent and reviews else [],
        in_whose_name=agreement.seen(invoice, viewer.user, consent) if consent else "",
        may_approve=reviews and not why_not,
        may_divide=reviews and not why_not_in_part(invoice, viewer),
        approve_verb=_verb(invoice, consent),
        may_review=reviews,
        why_not=why_not,
        may_deliver=works and milestone is not None and invoice.state in {S.DRAFT, S.RETURNED},
        may_withdraw=works and invoice.is_open,
        may_change=works and invoice.may_be_rewritten,
        may_submit=works and invoice.may_be_submitted,
        may_copy=works and invoice.source == Invoice.Source.LINES,
        foot=_foot(invoice, taxes),
        may_pay=owed is not None and viewer.is_client and viewer.may(Deed.FUND),
        owed=owed,
        by_credit=by_credit,
        to_charge=left_to_pay(invoice.recipient, to_pay) if to_pay and by_credit else to_pay,
        charged=how_far(item or invoice.escrow, for_client=viewer.is_client)
        if has & CHARGES.keys()
        else "",
        pay_url=review.pay_url(invoice) if viewer.is_client and viewer.may(Deed.FUND) else "",
        silence=(review.frozen(frozen) or review.silence(invoice, viewer)) if is_waiting else "",
        if_submitted=unpaid_words.once_submitted(invoice),
        if_returned=unpaid_words.while_returned(invoice),
        if_withdrawn=unpaid_words.once_withdrawn(invoice),
        available_at=available_from(
            contract.security_days,
            invoice.escrow.funded_by if invoice.escrow else None,
            at=approved_at,
        ),
        help_until=approved_at + HELP_LASTS,
        after=after_.after(invoice, viewer, has=has, at=at),
        dispute_words=_dispute_words(invoice, viewer),
    )


def _dispute_words(invoice: Invoice, viewer: Viewer) -> str:
    if invoice.state == S.CONTESTED:
        return "See the dispute"
    is_there = invoice.escrow is not None and invoice.escrow.state != Escrow.State.EXPECTED
    is_contestable = is_there and invoice.state in {S.SUBMITTED, S.RETURNED}
    speaks = viewer.may(Deed.OFFER if viewer.is_client else Deed.WORK)
    return "You disagree? Open a dispute" if is_contestable and speaks else ""


def _expenses(invoice: Invoice) -> list[Expense]:
    if invoice.source != Invoice.Source.EXPENSES:
        return []
    return list(invoice.expenses.select_related("voucher").order_by("spent_on", "pk"))


def _tax_words(invoice: Invoice, taxes: list[InvoiceTax]) -> str:
    kinds = [(tax.treatment, tax.bps) for tax in taxes]
    kinds = kinds or [(invoice.tax_treatment, invoice.tax_bps)]
    return ", ".join(rate_words(treatment, bps) for treatment, bps in kinds)


def _foot(invoice: Invoice, taxes: list[InvoiceTax]) -> list[CostLine]:
    rows = []
    if invoice.discount:
        is_lost = invoice.escrow is not None and invoice.escrow.lost
        words = "Taken back by the client's bank" if is_lost else "Discount"
        rows.append(CostLine(words, -invoice.discount))
    if not taxes and invoice.tax:
        rows.append(CostLine(rate_words(invoice.tax_treatment, invoice.tax_bps), invoice.tax))
    if invoice.discount or len(taxes) > 1:
        rows.append(CostLine("Net", invoice.net))
    return rows + [
        CostLine(f"{rate_words(tax.treatment, tax.bps)} on {show(tax.net)}", tax.tax)
        for tax in taxes
        if invoice.tax
    ]


def seen(page: InvoicePage, *, at: datetime) -> dict[str, str]:
    """What an approval consents to: the sum, what each side pays or gets, and this delivery."""
    escrow = page.invoice.escrow
    cost = cost_of_invoice(page.invoice, on=at.date())
    facts = {
        "seen_price": show(page.invoice.gross),
        "seen_pays": show(zero(page.invoice.currency) if escrow else cost.client_pays),
        "seen_gets": show(_gets(escrow) if escrow else cost.freelancer_gets),
        "seen_round": str(page.invoice.round),
    }
    # Once it is decided nobody presses in a name; the same form again gets the same answer.
    return facts | ({"seen_name": page.in_whose_name} if page.in_whose_name else {})


def _gets(escrow: Escrow) -> Money:
    return costs.asked_of(escrow).net_to_freelancer


def _verb(invoice: Invoice, consent: Consent | None) -> str:
    if consent and not consent.is_last:
        return "Give the first approval of"
    return "Approve and release" if invoice.escrow_id else "Approve"


def _cost(invoice: Invoice, viewer: Viewer, words: str, *, at: datetime) -> CostView | None:
    contract, escrow = invoice.contract, invoice.escrow
    if escrow and viewer.is_client:
        return costs.of_approval(escrow, str(contract.freelancer), is_given=invoice.is_issued)
    if escrow:
        return costs.of_release(escrow)
    on = (invoice.approved_at or at).date()
    draw = costs.as_client if viewer.is_client else costs.as_freelancer
    return draw(replace(cost_of_invoice(invoice, on=on), tax_words=words), contract)
