"""Where a bank transfer goes, in each country's own words for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from payments.gateways.stripe.parts import part

# By kind of address: the record's name, and its fields for number, code, bank and holder.
ADDRESSES = {
    "iban": ("iban", "bic", "", "account_holder_name"),
    "sort_code": ("account_number", "sort_code", "", "account_holder_name"),
    "aba": ("account_number", "routing_number", "bank_name", "account_holder_name"),
    "zengin": ("account_number", "branch_code", "bank_name", "account_holder_name"),
}


def first(addresses: Iterable[Any] | None) -> dict[str, str] | None:
    """Return the first address that we can show: holder, bank, number and code."""
    for address in addresses or []:
        if address.type not in ADDRESSES:
            continue
        number, code, bank, holder = ADDRESSES[address.type]
        record = getattr(address, address.type)
        return {
            "holder": part(record, holder) or "",
            "bank": (part(record, bank) or "") if bank else "",
            "number": part(record, number) or "",
            "code": part(record, code) or "",
        }
    return None
