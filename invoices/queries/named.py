"""Which documents a bank transfer's reference names."""

from __future__ import annotations

import re

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import StrIndex, Upper

from billing_site.people.models import Organization
from invoices.models import Invoice

NOT_PLAIN = "[^0-9A-Z]"
LEAST_DIGITS = 5  # of a number that is nothing else: fewer are a day, a sum or a street


def documents_named(client: Organization, reference: str) -> list[str]:
    """Return the client's invoices, as payments call them, whose number or reference stands there.

    Banks change case, and drop or add spaces and dashes. A number ends where its digits end: one
    that is a part of another names nothing, and neither do a few digits alone.
    """
    said = re.sub(NOT_PLAIN, "", reference.upper())
    if not said:
        return []
    plain = Func(
        Upper("number"),
        Value(NOT_PLAIN),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )
    found = Invoice.objects.filter(recipient=client, number__isnull=False).annotate(
        by_number=StrIndex(Value(said), plain), by_ref=StrIndex(Value(said), F("ref"))
    )
    named = found.filter(Q(by_number__gt=0) | Q(by_ref__gt=0))
    return [
        f"invoice/{invoice.ref}"
        for invoice in named.only("ref", "number").order_by("pk")
        if invoice.ref in said or stands_in(reference, invoice.number or "")
    ]


def stands_in(reference: str, number: str) -> bool:
    """Return whether this very number stands there, and not as a part of another."""
    plain = re.sub(NOT_PLAIN, "", number.upper())
    if plain.isdigit() and len(plain) < LEAST_DIGITS:
        return False
    before = "(?<![0-9])(?<![0-9][ -])" if plain[0].isdigit() else ""
    loose = f"{NOT_PLAIN}*".join(plain)
    return re.search(f"{before}{loose}(?![ -]?[0-9])", reference.upper()) is not None
