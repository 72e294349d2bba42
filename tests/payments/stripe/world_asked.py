"""What the provider answers to who only asks: lists, cash, mandates, warnings, its balance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet

from payments.gateways.base import BankDetailsRequest, CashRequest, PayerRef
from payments.gateways.sandbox import reading, saving, wires
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxCash,
    SandboxCustomer,
    SandboxMethod,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
    SandboxWarning,
)
from payments.gateways.sandbox.shapes import saved, shape_of
from tests.contract.client import Heard
from tests.contract.examples import listed
from tests.payments.stripe.provider import made

Body = dict[str, Any]
Shown = Callable[[Any], Body]
NOWHERE = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


class Marks:
    """What was written on an object when it was asked for: it stands there whenever it is shown."""

    def __init__(self) -> None:
        self.written: dict[str, Body] = {}

    def on(self, params: Body, body: Body) -> Body:
        if "metadata" in params and "id" in body:
            self.written[body["id"]] = params["metadata"]
        shown: Body = self._shown(body)
        return shown

    def _shown(self, thing: Any) -> Any:
        if isinstance(thing, list):
            return [self._shown(each) for each in thing]
        if not isinstance(thing, dict):
            return thing
        shown = {name: self._shown(each) for name, each in thing.items()}
        written = self.written.get(str(thing.get("id", "")))
        return {**shown, "metadata": written} if written and "metadata" in thing else shown


def draw(params: Body, heard: Heard) -> SandboxPayment:
    """:raises InsufficientFunds: the customer has less in cash."""
    request = CashRequest(
        reference=params["metadata"]["reference"],
        customer=params["customer"],
        amount=params["amount"],
        currency=params["currency"].upper(),
        metadata=params["metadata"],
    )
    drawn = once(heard.key, "draw_cash", params, lambda: wires.draw(request).id)
    saving.answered(drawn)
    return SandboxPayment.objects.get(pk=drawn)


def moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def since(params: Body) -> datetime:
    return datetime.fromtimestamp(params["created"]["gte"], UTC)


def newest_first(rows: QuerySet[Any], shown: Shown, heard: Heard) -> Body:
    found = map(shown, rows.order_by("-created_at", "-pk"))
    return {**listed(*found), "url": heard.path}


def payments(params: Body) -> QuerySet[SandboxPayment]:
    payer = params["customer"]
    theirs = Q(session__customer=payer) | Q(method__customer=payer) | Q(payer=payer)
    return SandboxPayment.objects.filter(theirs, created_at__gte=since(params))


def pages(params: Body) -> QuerySet[SandboxSession]:
    if "payment_intent" in params:
        return SandboxSession.objects.filter(payment=params["payment_intent"])
    return SandboxSession.objects.filter(customer=params["customer"], created_at__gte=since(params))


def _refunds(params: Body, heard: Heard) -> Body:
    rows = SandboxRefund.objects.filter(payment=params["payment_intent"])
    return newest_first(rows, shape_of, heard)


def _transfers(params: Body, heard: Heard) -> Body:
    rows = SandboxTransfer.objects.filter(reference=params["transfer_group"])
    return newest_first(rows, shape_of, heard)


def _payouts(params: Body, heard: Heard) -> Body:
    rows = SandboxPayout.objects.filter(account=heard.account, created_at__gte=since(params))
    return newest_first(rows, shape_of, heard)


def _accounts(params: Body, heard: Heard) -> Body:
    rows = SandboxAccount.objects.filter(created_at__gte=since(params))
    return newest_first(rows, shape_of, heard)


def _instructions(params: Body, heard: Heard) -> Body:
    customer = SandboxCustomer.objects.get(pk=heard.path.split("/")[-2])
    currency, how = params["currency"].upper(), params["bank_transfer"]["type"]
    request = BankDetailsRequest(
        PayerRef(customer.reference, customer.name, customer.email), currency, country="DE"
    )
    once(heard.key, "bank_details", params, lambda: wires.details(request))
    bank = wires.shown(customer.pk, currency)
    iban = made(
        "funding_instructions_bank_transfer_iban_record",
        account_holder_name=bank.holder,
        account_holder_address=NOWHERE,
        bank_address=NOWHERE,
        iban=bank.number,
        bic=bank.code,
    )
    address = {"type": "iban", "iban": iban, "supported_networks": ["sepa"]}
    account = {"country": "DE", "financial_addresses": [address], "type": how}
    return made("funding_instructions", bank_transfer=account, currency=params["currency"])


def _cash(_params: Body, heard: Heard) -> Body:
    row = SandboxCash.objects.select_related("customer").get(pk=heard.path.split("/")[-1])
    owner = {**shape_of(row.customer), "metadata": {"reference": row.customer.reference}}
    return {**shape_of(row), "customer": owner}


def _cash_balance(_params: Body, heard: Heard) -> Body:
    return wires._balance(SandboxCustomer.objects.get(pk=heard.path.split("/")[-2]))


def _mandate(_params: Body, heard: Heard) -> Body:
    method_id = heard.path.split("/")[-1].replace("mandate_", "pm_", 1)
    return saved.mandate(SandboxMethod.objects.get(pk=method_id))


def _warning(_params: Body, heard: Heard) -> Body:
    return shape_of(SandboxWarning.objects.get(pk=heard.path.split("/")[-1]))


def _balance(_params: Body, heard: Heard) -> Body:
    there = reading.balance(heard.account or None)
    return made("balance", available=_sums(there.available), pending=_sums(there.pending))


def _sums(sums: Mapping[str, int]) -> list[Body]:
    return [{"amount": each, "currency": currency.lower()} for currency, each in sums.items()]


ANSWERS: dict[str, Callable[[Body, Heard], Body]] = {
    "GetRefunds": _refunds,
    "GetTransfers": _transfers,
    "GetPayouts": _payouts,
    "GetAccounts": _accounts,
    "PostCustomersCustomerFundingInstructions": _instructions,
    "GetCustomersCustomerCashBalance": _cash_balance,
    "GetCustomersCustomerCashBalanceTransactionsTransaction": _cash,
    "GetMandatesMandate": _mandate,
    "GetRadarEarlyFraudWarningsEarlyFraudWarning": _warning,
    "GetBalance": _balance,
}
