"""Payees' accounts as the provider shows them: why one is not paid stands in its requirements."""

from __future__ import annotations

from typing import Any

from payments.gateways.base import PayeeRequest
from payments.gateways.sandbox import asking, reading
from payments.gateways.sandbox.keys import once
from payments.gateways.sandbox.models import SandboxAccount
from payments.gateways.sandbox.shapes import shape_of
from payments.gateways.stripe import words
from tests.contract.client import Heard
from tests.contract.examples import MADE_AT, refusal
from tests.payments.stripe.provider import made

Body = dict[str, Any]
NOT_CONNECTED = (403, refusal("invalid_request_error", code="account_invalid"))
REASONS = {
    words.REJECTED: "rejected.other",
    **{said: by for by, said in words.PAYEE_PROBLEMS.items()},
}
OVERDUE = "requirements.past_due"


class Strangers(Exception):
    """The account has let go of us."""


def account(params: Body, heard: Heard) -> Body:
    request = PayeeRequest(
        reference=params["metadata"]["reference"],
        country=params["country"],
        currency=params["default_currency"].upper(),
        email=params["email"],
        is_company=params["business_type"] == "company",
    )
    made = once(heard.key, "create_payee", params, lambda: asking.account(request).id)
    return shown(SandboxAccount.objects.get(pk=made))


def link(params: Body, heard: Heard) -> Body:
    asked = (params["account"], params["return_url"], params["refresh_url"])
    link_id = once(heard.key, "onboarding_page", asked, lambda: asking.onboarding(*asked).id)
    return {
        "object": "account_link",
        "created": MADE_AT,
        "expires_at": MADE_AT,
        "url": reading.onboarding_page(link_id).url,
    }


def looked_at(row: SandboxAccount) -> Body:
    """:raises Strangers: its owner has let go of us."""
    if row.problem == words.LET_GO:
        raise Strangers
    return shown(row)


def shown(row: SandboxAccount) -> Body:
    shape = shape_of(row)
    wanted = shape.get("requirements") or made("account_requirements")
    why = REASONS.get(row.problem, "other") if row.problem else None
    late = ["individual.verification.document"] if why == OVERDUE else []
    wanted = {**wanted, "disabled_reason": why, "past_due": late}
    return {**shape, "requirements": wanted, "metadata": {"reference": row.reference}}
