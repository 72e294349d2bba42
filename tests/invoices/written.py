"""The form of an invoice, as the freelancer sends it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

from django.urls import reverse

from invoices.models import Contract

ROW = {
    "description": "A day on site",
    "quantity": "1",
    "unit_price": "100.00",
    "tax": "standard:2000",
}


def data(*rows: Mapping[str, str], **head: str) -> dict[str, str]:
    sent = {"title": "A day", "net_days": "0", "op_id": str(uuid4()), **head}
    for place, row in enumerate(rows or [ROW], start=1):
        sent |= {f"l{place}-{name}": value for name, value in {**ROW, **row}.items()}
    return sent


def new(contract: Contract, **query: str) -> str:
    return reverse("invoice-new", query={"contract": contract.ref, **query})
