from __future__ import annotations

from django.urls import reverse

from billing_site.people.access import Deed
from invoices.models import Contract
from invoices.queries.viewer import Viewer


def project_url(contract: Contract, viewer: Viewer) -> str:
    """Where this viewer says which project a contract is of; nothing where it is not theirs."""
    if not viewer.is_client or not viewer.may(Deed.OFFER):
        return ""
    return reverse("contract-project", args=[contract.ref])
