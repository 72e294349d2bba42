"""The sandbox at the other end of the official library: it remembers, keeps keys and refuses.

So the product's own services can be run through `StripeGateway`, every request and answer held
to the published document on its way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from payments.gateways.base import (
    CheckoutLine,
    CheckoutRequest,
    GatewayError,
    PayerRef,
    PayoutRequest,
    RefundRequest,
    TransferRequest,
)
from payments.gateways.sandbox import asking, wires
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import (
    SandboxAccount,
    SandboxCustomer,
    SandboxPayment,
    SandboxPayout,
    SandboxRefund,
    SandboxSession,
    SandboxTransfer,
)
from payments.gateways.sandbox.reading import checkout_page
from payments.gateways.sandbox.shapes import shape_of
from tests.contract.client import ContractClient, Heard
from tests.contract.examples import listed
from tests.contract.spec import published
from tests.payments.stripe import world_asked as asked
from tests.payments.stripe import world_more as more
from tests.payments.stripe import world_paid as paid
from tests.payments.stripe import world_payees as payees
from tests.payments.stripe.world_refusals import NOT_THERE, refused

Body = dict[str, Any]


class World(ContractClient):
    def __init__(self) -> None:
        super().__init__(published(), self._answered)
        self.marks = asked.Marks()

    def _answered(self, operation: str, params: Body) -> tuple[int, Body]:
        try:
            return 200, self.marks.on(params, ANSWERS[operation](params, self.heard[-1]))
        except payees.Strangers:
            return payees.NOT_CONNECTED
        except GatewayError as error:
            return refused(error)
        except ObjectDoesNotExist:
            return NOT_THERE


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
        statement=params["payment_intent_data"].get("statement_descriptor_suffix", ""),
        closes_at=asked.moment(params.get("expires_at")),
    )
    made = once(heard.key, "start_checkout", params, lambda: asking.session(request).id)
    return _shown_session(SandboxSession.objects.get(pk=made))


def _expire(_params: Body, heard: Heard) -> Body:
    session_id = heard.path.split("/")[-2]
    once(heard.key, "expire_checkout", session_id, lambda: asking.expire(session_id))
    return _shown_session(SandboxSession.objects.get(pk=session_id))


def _cancel(_params: Body, heard: Heard) -> Body:
    payment_id = heard.path.split("/")[-2]
    once(heard.key, "cancel_payment", payment_id, lambda: wires.cancel(payment_id).id)
    return paid.payment(SandboxPayment.objects.get(pk=payment_id))


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
    return paid.refund(SandboxRefund.objects.get(pk=made))


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
    return paid.charge(SandboxPayment.objects.get(charge_id=heard.path.split("/")[-1]))


def _pages(params: Body, heard: Heard) -> Body:
    return asked.newest_first(asked.pages(params), _shown_session, heard)


def _payments(params: Body, heard: Heard) -> Body:
    return asked.newest_first(asked.payments(params), paid.payment, heard)


def _pay(params: Body, heard: Heard) -> Body:
    is_cash = params.get("payment_method_types") == ["customer_balance"]
    return paid.payment((asked.draw if is_cash else more.charge_saved)(params, heard))


def _email(params: Body) -> dict[str, str]:
    return {"email": params["email"]}


def _shown_customer(row: SandboxCustomer) -> Body:
    return {**shape_of(row), "metadata": {"reference": row.reference}}


def _shown_session(row: SandboxSession) -> Body:
    payment = SandboxPayment.objects.filter(session=row).first()
    url = checkout_page(row.id).url if row.status == "open" else None
    intent = paid.payment(payment) if payment else None
    saved = {"setup_intent": more.setup_intent(row)} if row.method_id else {}
    return {**shape_of(row), "url": url, "payment_intent": intent, **saved}


ANSWERS: dict[str, Callable[[Body, Heard], Body]] = more.ANSWERS | {
    "PostPaymentIntents": _pay,
    "GetPaymentIntents": _payments,
    "GetCustomers": _customers,
    "PostCustomers": _customer,
    "PostCheckoutSessions": _session,
    "PostCheckoutSessionsSessionExpire": _expire,
    "PostPaymentIntentsIntentCancel": _cancel,
    "PostRefunds": _refund,
    "PostAccounts": payees.account,
    "PostAccountLinks": payees.link,
    "PostTransfers": _transfer,
    "PostPayouts": _payout,
    "GetCheckoutSessions": _pages,
    "GetCheckoutSessionsSession": _of(SandboxSession, _shown_session),
    "GetPaymentIntentsIntent": _of(SandboxPayment, paid.payment),
    "GetChargesCharge": _charge,
    "GetRefundsRefund": _of(SandboxRefund, paid.refund),
    "GetAccountsAccount": _of(SandboxAccount, payees.looked_at),
    "GetTransfersTransfer": _of(SandboxTransfer, shape_of),
    "GetPayoutsPayout": _of(SandboxPayout, shape_of),
}
