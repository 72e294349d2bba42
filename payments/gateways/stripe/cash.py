"""Bank transfers: where a payer sends them, what came, and taking it as a payment.

What arrives lies at the provider as the customer's own until it pays something; what nothing
fetches, the provider returns after 75 days.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from payments.gateways.base import (
    BankDetails,
    BankDetailsRequest,
    CashRequest,
    CashState,
    InvalidRequest,
    PaymentState,
)
from payments.gateways.stripe import addresses, shown
from payments.gateways.stripe.connection import once
from payments.gateways.stripe.parts import id_of, noted, part
from payments.gateways.stripe.paying import customer, marks
from payments.gateways.sums import ours, theirs

KINDS = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "USD": "us_bank_transfer",
}
IBANS_OF = {"BE", "DE", "ES", "FR", "IE", "NL"}  # from where the provider gives out IBANs
OTHERWISE = "DE"


def details(api: Any, r: BankDetailsRequest, *, key: str) -> BankDetails:
    """:raises InvalidRequest: there are no bank transfers in this currency."""
    kind = KINDS.get(r.currency)
    if kind is None:
        raise InvalidRequest(f"Bank transfers are not possible in {r.currency}.", param="currency")
    wanted: dict[str, object] = {"type": kind}
    if r.currency == "EUR":
        wanted[kind] = {"country": r.country if r.country in IBANS_OF else OTHERWISE}
    who = sha256(f"{r.payer.name}\n{r.payer.email}".encode()).hexdigest()[:16]
    customer_id = customer(api, r.payer, key=f"customer:{r.payer.reference}:{who}")
    params = {"funding_type": "bank_transfer", "currency": r.currency.lower()}
    found = api.customers.funding_instructions.create(
        customer_id, params={**params, "bank_transfer": wanted}, options=once(key)
    )
    told = addresses.first(found.bank_transfer.financial_addresses)
    if told is None:
        raise InvalidRequest("The provider named no account.", param="bank_transfer")
    return BankDetails(customer=customer_id, currency=r.currency, **told)


def draw(api: Any, r: CashRequest, *, key: str) -> PaymentState:
    """Without saying how else it could be paid, it is paid out of what is there, or refused."""
    params = {
        **theirs(r.amount, r.currency),
        "customer": r.customer,
        "payment_method_types": ["customer_balance"],
        "payment_method_data": {"type": "customer_balance"},
        "confirm": True,
        "transfer_group": r.reference,
        "metadata": marks(r.reference, key, r.metadata),
        "expand": shown.PAYMENT_PARTS,
    }
    return shown.payment(api.payment_intents.create(params=params, options=once(key)))


def cancel(api: Any, payment_id: str, *, key: str) -> PaymentState:
    """Nobody waits for it any more; what came of it is the customer's cash again.

    :raises InvalidRequest: it has arrived, or the provider does not call it off.
    """
    params = {"cancellation_reason": "abandoned", "expand": shown.PAYMENT_PARTS}
    return shown.payment(api.payment_intents.cancel(payment_id, params=params, options=once(key)))


def fetch(api: Any, object_id: str) -> CashState:
    """*object_id*: customer/transaction, for that is how it is asked for."""
    customer_id, _, transaction_id = object_id.partition("/")
    line = api.customers.cash_balance_transactions.retrieve(
        customer_id, transaction_id, params={"expand": ["customer"]}
    )
    balance = api.customers.cash_balance.retrieve(customer_id)
    sent = part(line, "funded", "bank_transfer")
    by = part(sent, part(sent, "type") or "")
    return CashState(
        transaction_id=line.id,
        customer=id_of(line.customer),
        payer=noted(line.customer, "reference"),
        kind=line.type,
        amount=ours(line.net_amount, line.currency),
        currency=line.currency.upper(),
        available=ours(part(balance, "available", line.currency) or 0, line.currency),
        reference=part(sent, "reference") or "",
        sender=part(by, "sender_name") or "",
    )
