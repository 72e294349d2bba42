from billing_site.people.models.delegation import Delegation
from billing_site.people.models.invitation import Invitation
from billing_site.people.models.membership import Membership
from billing_site.people.models.number_pattern import NumberPattern
from billing_site.people.models.organization import Organization
from billing_site.people.models.seeing import Seeing
from billing_site.people.models.sign_in import SignIn
from billing_site.people.models.tax_profile import TaxProfile
from billing_site.people.models.user import User

__all__ = [
    "Delegation",
    "Invitation",
    "Membership",
    "NumberPattern",
    "Organization",
    "Seeing",
    "SignIn",
    "TaxProfile",
    "User",
]
