"""A document to measure with: an invoice with as many lines as are asked for."""

from __future__ import annotations

from invoices.documents.freezing import Frozen

PARTY = {
    "ref": "K7Q2K7Q2K7Q2",
    "name": "Okafor & Söhne",
    "street": "Musterweg 2",
    "postal_code": "1010",
    "city": "Wien",
    "country": "AT",
    "vat_id": "ATU12345675",
    "address": "Musterweg 2, 1010 Wien, Austria",
}


def invoice(lines: int) -> Frozen:
    """Return an issued invoice over *lines* hundred euros, at 20 % VAT."""
    net = 100 * lines
    return {
        "kind": "Invoice",
        "number": "OKA-2026-000001",
        "code": "K7Q2K7Q2K7Q2K7Q2",
        "issued_on": "2026-03-03",
        "supplied_from": "2026-03-02",
        "supplied_to": "2026-03-03",
        "note": "Self-billed on behalf of Okafor & Söhne",
        "issuer": PARTY,
        "recipient": {**PARTY, "name": "Ada Studio", "country": "DE", "vat_id": "DE136695976"},
        "about": ["Contract “Brand refresh”, milestone 1", "Purchase order PO-2207"],
        "purchase_order": "PO-2207",
        "currency": "EUR",
        "lines": [_line(position) for position in range(1, lines + 1)],
        "taxes": [
            {
                "words": "VAT 20 %",
                "treatment": "standard",
                "bps": 2_000,
                "reason": "",
                "net": f"{net}.00",
                "tax": f"{net // 5}.00",
            }
        ],
        "net": f"{net}.00",
        "tax": f"{net // 5}.00",
        "gross": f"{net * 6 // 5}.00",
        "paid": f"{net * 6 // 5}.00",
        "paid_words": "Paid from held funds",
        "texts": [],
        "paper": "A4",
    }


def _line(position: int) -> dict[str, str | int]:
    return {
        "description": f"Part {position} of the work",
        "detail": "Design, two rounds of changes, and the files",
        "quantity": "1",
        "unit_price": "100.00",
        "tax": "20 %",
        "treatment": "standard",
        "bps": 2_000,
        "amount": "100.00",
    }
