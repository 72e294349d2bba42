"""The rest of the provider: saved ways to pay, banks that disagree, and lists of what happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from payments.gateways.base import (
    Evidence,
    OffSessionCharge,
    Paper,
    PayerRef,
    SetupRequest,
)
from payments.gateways.sandbox import asking, disputing, saving
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import (
    SandboxBalanceLine,
    SandboxCustomer,
    SandboxDispute,
    SandboxEvent,
    SandboxFile,
    SandboxMethod,
    SandboxPayment,
    SandboxSession,
)
from payments.gateways.sandbox.shapes import payments as shapes
from payments.gateways.sandbox.shapes import shape_of
from tests.contract.client import Heard
from tests.contract.examples import MADE_AT, listed
from tests.payments.stripe import world_asked as asked
from tests.payments.stripe.provider import made

Body = dict[str, Any]


def setup_page(params: Body, heard: Heard) -> str:
    customer = SandboxCustomer.objects.get(pk=params["customer"])
    request = SetupRequest(
        reference=params["client_reference_id"],
        payer=PayerRef(customer.reference, customer.name, customer.email),
        currency=params["currency"].upper(),
        success_url=params["success_url"],
        cancel_url=params["cancel_url"],
    )
    return once(heard.key, "start_method_setup", params, lambda: saving.session(request).id)


def setup_intent(row: SandboxSession) -> Body:
    """With the way to pay that was saved, instead of its name."""
    return {**shapes.setup_intent(row), "payment_method": shape_of(row.method)}


def _setup(_params: Body, heard: Heard) -> Body:
    page_id = heard.path.split("/")[-1].replace("seti_", "cs_", 1)
    return setup_intent(SandboxSession.objects.get(pk=page_id))


def charge_saved(params: Body, heard: Heard) -> SandboxPayment:
    """:raises Declined, NeedsAction: as the bank says, the first time and each time after."""
    request = OffSessionCharge(
        reference=params["metadata"]["reference"],
        customer=params["customer"],
        method_id=params["payment_method"],
        amount=params["amount"],
        currency=params["currency"].upper(),
        metadata=params["metadata"],
        statement=params.get("statement_descriptor_suffix", ""),
    )
    payment = once(heard.key, "charge_saved", params, lambda: saving.charge(request).id)
    saving.answered(payment)
    return SandboxPayment.objects.get(pk=payment)


def _detach(_params: Body, heard: Heard) -> Body:
    method_id = heard.path.split("/")[-2]
    once(heard.key, "detach_method", method_id, lambda: saving.detach(method_id))
    return shape_of(SandboxMethod.objects.get(pk=method_id))


def _answer_bank(params: Body, heard: Heard) -> Body:
    dispute_id, submit = heard.path.split("/")[-1], params["submit"]
    shown = Evidence(params.get("evidence", {}))
    answered = once(
        heard.key,
        "answer",
        params,
        lambda: disputing.answer(dispute_id, shown, submit=submit).id,
    )
    return shape_of(SandboxDispute.objects.get(pk=answered))


def _keep_paper(params: Body, heard: Heard) -> Body:
    """Of what was sent the judge keeps the name; what is in it is nobody's business here."""
    paper = Paper(params["file"], "application/pdf", "", b"%PDF-1.7")
    kept = once(heard.key, "keep_paper", params, lambda: disputing.keep(paper).id)
    return shape_of(SandboxFile.objects.get(pk=kept))


def _accept(_params: Body, heard: Heard) -> Body:
    dispute_id = heard.path.split("/")[-2]
    once(heard.key, "accept", dispute_id, lambda: disputing.accept(dispute_id).id)
    return shape_of(SandboxDispute.objects.get(pk=dispute_id))


def _events(params: Body, heard: Heard) -> Body:
    """The newest first, as the provider lists them; those of an account do not name it."""
    rows = SandboxEvent.objects.filter(account=heard.account, created_at__gte=asked.since(params))
    told = [json.loads(row.payload) for row in rows.order_by("-created_at", "-id")]
    return {**listed(*told), "url": heard.path}


def _lines(params: Body, heard: Heard) -> Body:
    rows = SandboxBalanceLine.objects.filter(
        account=heard.account or None, created_at__gte=asked.since(params)
    )
    return {**listed(*map(_line, rows.order_by("-created_at", "-id"))), "url": heard.path}


def _line(row: SandboxBalanceLine) -> Body:
    """What came in at a payee is a payment of their own, which names our transfer."""
    shape = shape_of(row)
    if row.account_id and row.kind == "transfer":
        shape["source"] = made("charge", id=f"py_{row.id}", source_transfer=row.source_id)
    return shape


def _of(model: Any) -> Callable[[Body, Heard], Body]:
    return lambda _params, heard: shape_of(model.objects.get(pk=heard.path.split("/")[-1]))


def _login(_params: Body, heard: Heard) -> Body:
    account = heard.path.split("/")[-2]
    made = once(heard.key, "dashboard_page", account, lambda: asking.login(account).id)
    url = f"https://connect.stripe.com/express/{made}"
    return {"object": "login_link", "created": MADE_AT, "url": url}


ANSWERS: dict[str, Callable[[Body, Heard], Body]] = asked.ANSWERS | {
    "PostAccountsAccountLoginLinks": _login,
    "GetPaymentMethodsPaymentMethod": _of(SandboxMethod),
    "GetSetupIntentsIntent": _setup,
    "PostPaymentMethodsPaymentMethodDetach": _detach,
    "GetDisputesDispute": _of(SandboxDispute),
    "PostDisputesDispute": _answer_bank,
    "PostDisputesDisputeClose": _accept,
    "PostFiles": _keep_paper,
    "GetEvents": _events,
    "GetBalanceTransactions": _lines,
}
