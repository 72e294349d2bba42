from __future__ import annotations

from billing_site.people.models import Organization
from billing_site.platform.models import Series


def numbers_were_given(organization: Organization) -> bool:
    """Whether a document carries the organization's code, which then has to stay."""
    return Series.objects.filter(name__endswith=f"/{organization.series_code}").exists()
