"""Treatments of VAT as the categories of an e-invoice (UNTDID 5305, as EN 16931 narrows it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoices.models.contract import TaxTreatment


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    rate: str  # percent; empty where there is no rate to name
    reason: str  # why no tax is charged, in words
    reason_code: str  # VATEX


def category_of(frozen: Mapping[str, Any], row: Mapping[str, Any]) -> Category:
    """Return the category of a line or of a row of taxes.

    A seller who is exempt without any tax number is, for EN 16931, not subject to VAT at
    all: category E wants a number of the seller's (BR-E-02), and they have none.
    """
    treatment, bps = TaxTreatment(row["treatment"]), int(row["bps"])
    reason = str(row.get("reason") or "")
    is_registered = bool(frozen["issuer"]["vat_id"])
    if treatment == TaxTreatment.STANDARD and bps:
        return Category("S", f"{Decimal(bps) / 100:.2f}", "", "")
    if treatment == TaxTreatment.STANDARD:
        return Category("Z", "0", "", "")
    if treatment == TaxTreatment.REVERSE_CHARGE:
        return Category("AE", "0", reason or "Reverse charge", "VATEX-EU-AE")
    if treatment == TaxTreatment.EXEMPT and is_registered:
        return Category("E", "0", reason or "Exempt from VAT", "")
    return Category("O", "", reason or "Not subject to VAT", "VATEX-EU-O")
