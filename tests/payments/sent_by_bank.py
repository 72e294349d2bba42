"""Money that clients send to the account which the provider keeps for them."""

from __future__ import annotations

from typing import Any

from payments import gateways
from payments.gateways.base import CashState, Kind
from payments.gateways.sandbox import wires
from payments.models import BankDetails, BankTransfer, OpenItem
from tests import given_payments as given
from tests.given_payments import EUR, NOON, SOON


def told(object_id: str) -> CashState:
    state = gateways.current().fetch(Kind.CASH, object_id)
    assert isinstance(state, CashState)
    return state


def sent(details: BankDetails, amount: str, reference: str, *, at: Any = NOON) -> BankTransfer:
    minor = int(EUR(amount).amount * 100)
    wires.receive(details.customer, minor, "EUR", reference=reference, at=at)
    given.settle(at=at + SOON)
    return BankTransfer.objects.latest("pk")


def named(client: Any, reference: str) -> list[str]:
    """Return the documents of *client* whose refs stand in *reference*, as settings want it."""
    documents = OpenItem.objects.filter(client=client).values_list("document", flat=True)
    return [each for each in documents if each.split("/")[1] in reference.upper()]
