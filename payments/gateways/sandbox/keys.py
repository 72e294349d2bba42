"""Idempotency, as the provider keeps it: a key stands for one request for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import transaction

from billing_site.platform import clock
from payments.gateways.base import InsufficientFunds, KeyReused, OutcomeUnknown
from payments.gateways.sandbox import faults, funds
from payments.gateways.sandbox.models import SandboxCall

KEYS_LIVE = timedelta(hours=24)


def once(key: str, deed: str, request: object, do: Callable[[], str]) -> str:
    """Return the id of what *do* made; under the same key again, the id that it made then.

    What was wrong with a request leaves no trace, so it may be asked again. That our balance did
    not hold it is an answer like others: the key stands for it. Two at once wait for each other.

    :raises InsufficientFunds: a balance does not hold it, or did not when it was asked first.
    :raises KeyReused: the key stands for another request.
    :raises OutcomeUnknown: it was done, and the answer is lost on purpose.
    """
    faults.strike("before", deed)
    call, is_new = _once(key, sha256(repr((deed, request)).encode()).hexdigest(), do)
    faults.strike("after", deed)
    if call.refusal:
        raise InsufficientFunds(call.refusal)
    if is_new and faults.switches().goes_silent:
        raise OutcomeUnknown("The sandbox does not answer the first time.")
    return call.answer


@transaction.atomic
def _once(key: str, fingerprint: str, do: Callable[[], str]) -> tuple[SandboxCall, bool]:
    now = clock.now()
    SandboxCall.objects.filter(key=key, created_at__lte=now - KEYS_LIVE).delete()
    call, is_new = SandboxCall.objects.get_or_create(
        key=key, defaults={"fingerprint": fingerprint, "created_at": now}
    )
    if not is_new:
        if call.fingerprint != fingerprint:
            raise KeyReused(f"{key} stands for another request.")
        return call, False
    try:
        with transaction.atomic():
            call.answer = do()
    except InsufficientFunds as short:
        call.refusal = str(short)[:300]
        funds.expect_more(short, at=now)
    call.save(update_fields=["answer", "refusal"])
    return call, True
