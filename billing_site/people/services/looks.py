"""What an organization's documents look like: its logo and its color."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import audit, files, pictures


@transaction.atomic
def dress(
    organization_id: int,
    *,
    color: str,
    logo: bytes | None = None,
    drops_logo: bool = False,
    by: User,
    at: datetime,
) -> Organization:
    """Print *logo* and *color* on what is issued from now on; issued documents stay.

    *logo* is a picture as `pictures.logo_of` draws it. Without one the old one stays, unless
    *drops_logo*. A color too light to be read is printed darker.

    :raises NotYours: *by* does not manage the organization, or it issues nothing.
    :raises NotAFile: the logo is no PNG.
    :raises NotAllowed: the color is none.
    """
    organization = Organization.objects.lock(organization_id)
    if not (may(by, Deed.MANAGE, organization) and organization.works):
        raise NotYours(f"It is not for {by} to change what documents look like.")
    if color and not pictures.COLOR.fullmatch(color):
        raise NotAllowed("A color is written as # and six digits, such as #0b6b4a.")
    if logo is not None:
        organization.logo = files.upload(
            logo,
            name="logo.png",
            content_type="image/png",
            owner=organization.pk,
            at=at,
        )
    elif drops_logo:
        organization.logo = None
    organization.brand_color = color
    organization.save(update_fields=["logo", "brand_color"])
    audit.record(
        by,
        "dress",
        f"organization/{organization.ref}",
        at=at,
        color=color,
        logo=organization.logo.sha256 if organization.logo else "",
    )
    return organization
