"""Verifying an event of the provider's shape. The one place where an unverified body is parsed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from time import time

from stripe import Event, SignatureVerificationError, Webhook, WebhookSignature

from payments.gateways.base import BadSignature, InboundEvent, Kind

LONGEST_NAME = 100
TOLERANCE = 300  # seconds, in both directions; the library looks backwards only
# What an account has or may do says nothing of its payee: fetch the account.
OF_A_PAYEE = {"application", "bank_account", "card", "capability", "person"}
CASH = "customer_cash_balance_transaction"
KINDS = {
    "checkout.session": Kind.CHECKOUT,
    "payment_intent": Kind.PAYMENT,
    "setup_intent": Kind.SETUP,
    "charge": Kind.CHARGE,
    "refund": Kind.REFUND,
    "account": Kind.PAYEE,
    "transfer": Kind.TRANSFER,
    "payout": Kind.PAYOUT,
    "dispute": Kind.DISPUTE,
    "payment_method": Kind.METHOD,
    "radar.early_fraud_warning": Kind.WARNING,
    "mandate": Kind.MANDATE,
    "topup": Kind.TOP_UP,
    CASH: Kind.CASH,
}


def read(body: bytes, header: str | None, secrets: Sequence[str]) -> InboundEvent:
    """Return what a signed event is about. Several *secrets* are valid while one is replaced.

    :raises LookupError: there is no secret, so there is no such endpoint.
    :raises BadSignature: nobody we know signed these bytes, now.
    :raises ValueError: it is signed, and not an event that we can read.
    """
    secrets = [secret for secret in secrets if secret]
    if not secrets:
        raise LookupError("An empty secret would be anybody's.")
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadSignature("The signature does not fit.")
    return told(Webhook.construct_event_without_verification(body))


def told(event: Event, *, account: str = "") -> InboundEvent:
    """Return what *event* is about; *account* is whose it is, where the event does not say so."""
    subject = event.data.object
    account = getattr(event, "account", None) or account
    kind = KINDS.get(subject["object"], Kind.OTHER)
    object_id = getattr(subject, "id", None) or ""  # a balance has none
    if subject["object"] == CASH:  # It is asked for as its customer's.
        object_id = f"{subject.customer}/{object_id}"
    if subject["object"] in OF_A_PAYEE and account:
        kind, object_id = Kind.PAYEE, account
    _check(event.id, event.type, object_id, account, event.api_version or "")
    return InboundEvent(
        event_id=event.id,
        type=event.type,
        kind=kind,
        object_id=object_id,
        account=account,
        api_version=event.api_version or "",
        livemode=event.livemode,
        created_at=datetime.fromtimestamp(event.created, UTC),
    )


def _check(*names: object) -> None:
    """:raises ValueError: one of them is no name that anything of the provider's has."""
    for name in names:
        if not isinstance(name, str) or len(name) > LONGEST_NAME or not name.isprintable():
            raise ValueError("It names something in a way that nobody does.")


def sign(body: str, secret: str) -> str:
    """Return the header that goes with *body*, as of the wall's clock."""
    return WebhookSignature.generate_signature_header(body, secret)


def _is_signed(body: bytes, header: str | None, secret: str) -> bool:
    try:
        WebhookSignature.verify_header(body, header, secret, TOLERANCE)
        sent_at = int(dict(part.split("=", 1) for part in (header or "").split(","))["t"])
    except (SignatureVerificationError, ValueError, KeyError, TypeError):
        return False
    return sent_at <= time() + TOLERANCE
