from __future__ import annotations

from django.urls import path

from billing_site.people.views import (
    approvals,
    looks,
    members,
    numbering,
    organizations,
    profiles,
    seeing,
)

urlpatterns = [
    path("onboarding/", organizations.onboarding, name="onboarding"),
    path("acting-for/", organizations.acting_for, name="acting-for"),
    path("seeing/end/", seeing.end, name="seeing-end"),
    path("theme/", profiles.theme, name="theme"),
    path("profile/", profiles.profile, name="profile"),
    path("organization/", organizations.detail, name="organization"),
    path("organization/address/", organizations.address, name="organization-address"),
    path("organization/looks/", looks.looks, name="organization-looks"),
    path("organization/tax/", organizations.taxes, name="organization-tax"),
    path("organization/numbering/", numbering.code, name="organization-numbering"),
    path("organization/numbering/<slug:kind>/", numbering.pattern, name="number-pattern"),
    path("organization/approvals/", approvals.rule, name="organization-approvals"),
    path("organization/delegations/new/", approvals.delegation, name="delegation-new"),
    path(
        "organization/delegations/<slug:ref>/end/",
        approvals.delegation_end,
        name="delegation-end",
    ),
    path("organization/invitations/new/", members.invite, name="invitation-new"),
    path(
        "organization/invitations/<slug:ref>/withdrawal/",
        members.invitation_withdrawal,
        name="invitation-withdrawal",
    ),
    path("organization/members/<slug:ref>/role/", members.role, name="member-role"),
    path("organization/members/<slug:ref>/end/", members.end, name="member-end"),
    path("invitations/<slug:token>/", members.invitation, name="invitation"),
    path(
        "invitations/<slug:ref>/acceptance/",
        members.invitation_acceptance,
        name="invitation-acceptance",
    ),
]
