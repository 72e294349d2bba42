"""The sandbox at the other end of the official library: it remembers, keeps keys and refuses.

So the product's own services can be run through `StripeGateway`, every request and answer held
to the published document on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payments.gateways.base import (
    CheckoutLine,
    CheckoutRequest,
    Declined,
    GatewayError,
    InsufficientFunds,
    InvalidRequest,
    KeyReused,
    NeedsAction,
    OutcomeUnknown,
    PayeeRequest,
    PayerRef,
    PayoutRequest,
    RefundRequest,
    TransferRequest,
)
from payments.gateways.sandbox import asking
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxBalanceLine,
    SandboxCustomer,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
)
from payments.gateways.sandbox.shapes import payments as shapes
from payments.gateways.sandbox.shapes import shape_of
from tests.contract.client import ContractClient, Heard
from tests.contract.examples import MADE_AT, listed, refusal
from tests.contract.spec import published
from tests.payments.stripe import world_more as more

Body = dict[str, Any]
Answered = tuple[int, Body]
WRONG = "invalid_request_error"
CARD = {"type": "card_error"}
REFUSALS: dict[type[GatewayError], Callable[[Any], Answered]] = {
    InsufficientFunds: lambda _: (400, refusal(WRONG, code="balance_insufficient")),
    InvalidRequest: lambda error: (400, {"error": {"type": WRONG, **more.said(error)}}),
    KeyReused: lambda _: (400, refusal("idempotency_error")),
    OutcomeUnknown: lambda _: (500, refusal("api_error")),
    Declined: lambda error: (402, {"error": {**CARD, **_decline(error)}}),
    NeedsAction: lambda error: (402, {"error": {**CARD, **_to_confirm(error)}}),
}


def _decline(error: Declined) -> Body:
    said = {"code": error.code, "message": error.user_message}
    return {**said, "decline_code": error.decline_code} if error.decline_code else said


def _to_confirm(error: NeedsAction) -> Body:
    payment = shape_of(SandboxPayment.objects.get(pk=error.payment_id))
    return {"code": "authentication_required", "message": "No.", "payment_intent": payment}


class World(ContractClient):
    def __init__(self) -> None:
        super().__init__(published(), self._answered)

    def _answered(self, operation: str, params: Body) -> Answered:
        heard = self.heard[-1]
        try:
            return 200, ANSWERS[operation](params, heard)
        except GatewayError as error:
            return REFUSALS[type(error)](error)


def _customer(params: Body, heard: Heard) -> Body:
    payer = PayerRef(params["metadata"]["reference"], params["name"], params["email"])
    made = once(heard.key, "ensure_customer", params, lambda: asking.customer(payer).id)
    return _shown_customer(SandboxCustomer.objects.get(pk=made))


def _customers(params: Body, heard: Heard) -> Body:
    found = [_shown_customer(each) for each in SandboxCustomer.objects.filter(**_email(params))]
    return {**listed(*found), "url": heard.path}


def _session(params: Body, heard: Heard) -> Body:
    if params["mode"] == "setup":
        made = more.setup_page(params, heard)
        return _shown_session(SandboxSession.objects.get(pk=made))
    customer = SandboxCustomer.objects.get(pk=params["customer"])
    prices = [line["price_data"] for line in params["line_items"]]
    request = CheckoutRequest(
        reference=params["client_reference_id"],
        payer=PayerRef(customer.reference, customer.name, customer.email),
        currency=prices[0]["currency"].upper(),
        lines=tuple(CheckoutLine(p["product_data"]["name"], p["unit_amount"]) for p in prices),
        success_url=params["success_url"],
        cancel_url=params["cancel_url"],
        metadata=params["payment_intent_data"]["metadata"],
    )
    made = once(heard.key, "start_checkout", params, lambda: asking.session(request).id)
    return _shown_session(SandboxSession.objects.get(pk=made))


def _expire(_params: Body, heard: Heard) -> Body:
    session_id = heard.path.split("/")[-2]
    once(heard.key, "expire_checkout", session_id, lambda: asking.expire(session_id))
    return _shown_session(SandboxSession.objects.get(pk=session_id))


def _refund(params: Body, heard: Heard) -> Body:
    payment = SandboxPayment.objects.get(pk=params["payment_intent"])
    request = RefundRequest(
        params["metadata"]["reference"],
        payment.id,
        params["amount"],
        payment.currency,
        params["metadata"],
    )
    made = once(heard.key, "refund", params, lambda: asking.refund(request).id)
    return _shown_refund(SandboxRefund.objects.get(pk=made))


def _account(params: Body, heard: Heard) -> Body:
    request = PayeeRequest(
        reference=params["metadata"]["reference"],
        country=params["country"],
        currency=params["default_currency"].upper(),
        email=params["email"],
        is_company=params["business_type"] == "company",
    )
    made = once(heard.key, "create_payee", params, lambda: asking.account(request).id)
    return _shown_account(SandboxAccount.objects.get(pk=made))


def _link(params: Body, heard: Heard) -> Body:
    asked = (params["account"], params["return_url"], params["refresh_url"])
    made = once(heard.key, "onboarding_page", asked, lambda: asking.onboarding(*asked).id)
    return {
        "object": "account_link",
        "created": MADE_AT,
        "expires_at": MADE_AT,
        "url": f"https://connect.stripe.com/setup/{made}",
    }


def _transfer(params: Body, heard: Heard) -> Body:
    request = TransferRequest(
        params["transfer_group"],
        params["destination"],
        params["amount"],
        params["currency"].upper(),
        params["metadata"],
    )
    made = once(heard.key, "transfer", params, lambda: asking.transfer(request).id)
    return shape_of(SandboxTransfer.objects.get(pk=made))


def _payout(params: Body, heard: Heard) -> Body:
    request = PayoutRequest(
        reference=params["metadata"]["reference"],
        account=heard.account,
        destination=params["destination"],
        amount=params["amount"],
        currency=params["currency"].upper(),
        instant=params["method"] == "instant",
        metadata=params["metadata"],
    )
    made = once(heard.key, "payout", params, lambda: asking.payout(request).id)
    return shape_of(SandboxPayout.objects.get(pk=made))


def _of(model: Any, shown: Callable[[Any], Body]) -> Callable[[Body, Heard], Body]:
    return lambda _params, heard: shown(model.objects.get(pk=heard.path.split("/")[-1]))


def _charge(_params: Body, heard: Heard) -> Body:
    return shapes.charge(SandboxPayment.objects.get(charge_id=heard.path.split("/")[-1]))


def _pages(params: Body, heard: Heard) -> Body:
    found = SandboxSession.objects.filter(payment=params["payment_intent"])
    return {**listed(*map(_shown_session, found)), "url": heard.path}


def _email(params: Body) -> dict[str, str]:
    return {"email": params["email"]}


def _shown_customer(row: SandboxCustomer) -> Body:
    return {**shape_of(row), "metadata": {"reference": row.reference}}


def _shown_account(row: SandboxAccount) -> Body:
    return {**shape_of(row), "metadata": {"reference": row.reference}}


def _shown_session(row: SandboxSession) -> Body:
    payment = SandboxPayment.objects.filter(session=row).first()
    url = f"https://checkout.stripe.com/c/{row.id}" if row.status == "open" else None
    intent = _shown_payment(payment) if payment else None
    saved = {"setup_intent": more.setup_intent(row)} if row.method_id else {}
    return {**shape_of(row), "url": url, "payment_intent": intent, **saved}


def _shown_payment(row: SandboxPayment) -> Body:
    shape = shape_of(row)
    if shape["latest_charge"]:
        shape["latest_charge"] = _with_line(shapes.charge(row))
    return shape


def _shown_refund(row: SandboxRefund) -> Body:
    return _with_line(shape_of(row))


def _with_line(shape: Body) -> Body:
    line = SandboxBalanceLine.objects.filter(pk=shape["balance_transaction"]).first()
    return {**shape, "balance_transaction": shape_of(line) if line else None}


ANSWERS: dict[str, Callable[[Body, Heard], Body]] = more.ANSWERS | {
    "PostPaymentIntents": lambda params, heard: _shown_payment(more.charge_saved(params, heard)),
    "GetCustomers": _customers,
    "PostCustomers": _customer,
    "PostCheckoutSessions": _session,
    "PostCheckoutSessionsSessionExpire": _expire,
    "PostRefunds": _refund,
    "PostAccounts": _account,
    "PostAccountLinks": _link,
    "PostTransfers": _transfer,
    "PostPayouts": _payout,
    "GetCheckoutSessions": _pages,
    "GetCheckoutSessionsSession": _of(SandboxSession, _shown_session),
    "GetPaymentIntentsIntent": _of(SandboxPayment, _shown_payment),
    "GetChargesCharge": _charge,
    "GetRefundsRefund": _of(SandboxRefund, _shown_refund),
    "GetAccountsAccount": _of(SandboxAccount, _shown_account),
    "GetTransfersTransfer": _of(SandboxTransfer, shape_of),
    "GetPayoutsPayout": _of(SandboxPayout, shape_of),
}
