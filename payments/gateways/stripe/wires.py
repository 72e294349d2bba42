"""Bank transfers that are waited for: what is still to come, and where it is to be sent."""

from __future__ import annotations

from typing import Any

from payments.gateways.base import Wire
from payments.gateways.stripe import addresses
from payments.gateways.stripe.parts import part
from payments.gateways.sums import ours


def missing(intent: Any, wire: Any) -> int:
    """What is still to come of a bank transfer, if a part of it is there."""
    left = part(wire, "amount_remaining") or 0
    return ours(left, intent.currency) if left < intent.amount else 0


def waited_for(intent: Any, wire: Any) -> Wire | None:
    """Return what the provider told its payer of the transfer; None: it is paid otherwise."""
    if wire is None:
        return None
    told = addresses.first(part(wire, "financial_addresses"))
    left = part(wire, "amount_remaining")
    return Wire(
        missing=ours(intent.amount if left is None else left, intent.currency),
        reference=part(wire, "reference") or "",
        **(told or {}),
    )
