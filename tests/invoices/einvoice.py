"""Documents to be said as data."""

from __future__ import annotations

from typing import Any

from invoices.documents.freezing import Frozen

PARTY = {
    "ref": "R1",
    "name": "Okafor & Söhne",
    "street": "Musterweg 2",
    "postal_code": "1010",
    "city": "Wien",
    "country": "AT",
    "vat_id": "ATU12345675",
    "address": "Musterweg 2, 1010 Wien, Austria",
}
LINE = {
    "description": "Logo <final>",
    "detail": "with files",
    "quantity": "1",
    "unit_price": "1000.00",
    "tax": "20 %",
    "treatment": "standard",
    "bps": 2000,
    "amount": "1000.00",
}


def document(**facts: Any) -> Frozen:
    return {
        "kind": "Invoice",
        "number": "OKA-2026-000001",
        "code": "K7Q2K7Q2K7Q2",
        "issued_on": "2026-03-03",
        "supplied_from": "2026-03-02",
        "supplied_to": "2026-03-03",
        "note": "Self-billed on behalf of Okafor & Söhne",
        "issuer": PARTY,
        "recipient": {**PARTY, "name": "Ada Studio", "country": "DE", "vat_id": "DE136695976"},
        "about": ["Contract “Brand refresh”, milestone 1"],
        "purchase_order": "PO-2207",
        "currency": "EUR",
        "lines": [LINE],
        "taxes": [row("standard", 2000, "1000.00", "200.00")],
        "net": "1000.00",
        "tax": "200.00",
        "gross": "1200.00",
        "paid": "1200.00",
        "paid_words": "Paid from held funds",
        "texts": [],
        "paper": "A4",
        **facts,
    }


def row(treatment: str, bps: int, net: str, tax: str, **facts: str) -> dict[str, Any]:
    return {
        "words": f"{treatment} {bps}",
        "treatment": treatment,
        "bps": bps,
        "reason": "" if bps else f"Why: {treatment}",
        "net": net,
        "tax": tax,
        **facts,
    }
