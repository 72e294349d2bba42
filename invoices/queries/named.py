"""Which documents a bank transfer's reference names."""

from __future__ import annotations

import re

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import StrIndex, Upper

from billing_site.people.models import Organization
from invoices.models import Invoice

NOT_PLAIN = "[^0-9A-Z]"


def documents_named(client: Organization, reference: str) -> list[str]:
    """Return the client's invoices, as payments call them, whose number or reference stands there.

    Banks change case, and drop or add spaces and dashes.
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
    return [f"invoice/{ref}" for ref in named.order_by("pk").values_list("ref", flat=True)]
