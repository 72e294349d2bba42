"""Where a payer sends a bank transfer."""

from __future__ import annotations

from typing import Any

from payments.gateways.sandbox.models import SandboxPayment

NOWHERE = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def instructions(row: SandboxPayment) -> dict[str, Any]:
    """A bank transfer is waited for; the payer knows where to send it."""
    return {
        "type": "display_bank_transfer_instructions",
        "display_bank_transfer_instructions": {
            "type": "eu_bank_transfer",
            "amount_remaining": row.amount - row.received,
            "currency": row.currency.lower(),
            "reference": row.reference,
            "financial_addresses": [
                {
                    "type": "iban",
                    "iban": {
                        "account_holder_address": NOWHERE,
                        "bank_address": NOWHERE,
                        "country": "DE",
                        **account_of(row.customer.id),
                    },
                    "supported_networks": ["sepa"],
                }
            ],
        },
    }


def account_of(customer_id: str) -> dict[str, str]:
    """An account of the customer's own; its digits are made of the customer's name for us."""
    digits = f"{int.from_bytes(customer_id.encode(), 'big') % 10**18:018}"
    check = 98 - int(f"{digits}131400") % 97  # ISO 13616: D is 13, E is 14
    return {
        "account_holder_name": "Countersign Demo GmbH",
        "iban": f"DE{check:02}{digits}",
        "bic": "SNDBDEFFXXX",
    }
