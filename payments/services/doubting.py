"""Whether a bank transfer is meant for whom it came to, by what its sender wrote."""

from __future__ import annotations

import re

from payments.models import Charge, Payer, PromisedTransfer
from payments.services.paying_owed import named_documents


def doubt(payer: Payer, reference: str) -> str:
    """Say why it may not be meant for this client; empty: it is.

    The account is the client's alone, so one without a reference is theirs too. So is what they
    were told to write with a transfer that they promised.
    """
    said, client = _plain(reference), payer.organization
    if not said or payer.ref in said or named_documents(client, reference):
        return ""
    told = PromisedTransfer.objects.filter(charge__client=client).exclude(reference="")
    promised = [_plain(each) for each in told.values_list("reference", flat=True)]
    if any(each and each in said for each in promised):
        return ""
    if Charge.objects.filter(client=client, ref__in=_words(said)).exists():
        return ""
    return f"Its reference “{reference[:140]}” names nothing of this client."


def _words(said: str) -> list[str]:
    return [said[start : start + 12] for start in range(max(len(said) - 11, 0))]


def _plain(words: str) -> str:
    """Banks change case, and drop or add spaces and dashes."""
    return re.sub(r"[^0-9A-Z]", "", words.upper())
