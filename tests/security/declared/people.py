"""People and their organizations."""

from __future__ import annotations

from tests.security.declared.sides import OFFERING, THE_OWNER
from tests.security.doors import Door
from tests.security.personas import (
    CLIENTS,
    EVERYBODY,
    MEMBERS,
    OWNERS,
    PARTIES,
    PAYING,
    SIGNED_IN,
    STAFF,
    WORKING,
    P,
)

ADDRESS = {
    "name": "Alder Studio", "street": "Ahornweg 3", "city": "Bonn", "country": "DE",
    "document_language": "de",
}  # fmt: skip

PEOPLE = {
    "home": Door(see=MEMBERS),
    "search": Door(see=MEMBERS),
    "onboarding": Door(
        see=SIGNED_IN,
        do=SIGNED_IN - STAFF,
        is_open_inside=True,
        values={
            "kind": "client",
            "name": "Elm Press",
            "country": "DE",
            "currency": "EUR",
            "taxed_as": "business",
        },
    ),
    "acting-for": Door(
        do=CLIENTS,
        body={"organization": "client"},
        is_open_inside=True,
        keeps=True,
    ),
    "seeing-end": Door(by_itself=True, is_open_inside=True),
    "profile": Door(
        see=SIGNED_IN, do=SIGNED_IN, values={"name": "Somebody Else", "time_zone": "Europe/Rome"}
    ),
    "personal-data": Door(see=SIGNED_IN, do=SIGNED_IN),
    "personal-data-file": Door(
        see=THE_OWNER, of=("data of the owner",), circle=THE_OWNER, is_open_inside=True
    ),
    "erasure": Door(see=SIGNED_IN, is_open_inside=True),
    "organization": Door(see=MEMBERS),
    "organization-address": Door(see=OWNERS, do=OWNERS, values=ADDRESS),
    "organization-looks": Door(see=WORKING, do=WORKING & OWNERS, values={"color": "#123456"}),
    "organization-tax": Door(see=OWNERS, do=OWNERS, values={"kind": "private", "vat_id": ""}),
    "organization-numbering": Door(
        see=MEMBERS, do=OWNERS - {P.FREELANCER}, values={"series_code": "NEW"}
    ),
    "number-pattern": Door(
        see=WORKING,
        do=WORKING & OWNERS,
        fills={"kind": "credit_note"},
        values={"pattern": "R-{year}-{number}", "restarts": "yes"},
    ),
    "number-report": Door(see=MEMBERS),
    "organization-approvals": Door(
        see=THE_OWNER | {P.OTHER_CLIENT}, do=THE_OWNER, circle=PAYING, values={"amount": "500.00"}
    ),
    "delegation-new": Door(
        see=OFFERING | {P.OTHER_CLIENT},
        do=OFFERING,
        values={"first_day": "2030-03-01", "last_day": "2030-03-14"},
        body={"stands_in": "client's second approver"},
    ),
    "delegation-end": Door(do=THE_OWNER, of=("delegation",), circle=CLIENTS),
    "invitation-new": Door(
        see=OWNERS, do=OWNERS, values={"email": "guest@example.org", "role": "viewer"}
    ),
    "invitation-withdrawal": Door(do=THE_OWNER, of=("invitation",), circle=CLIENTS),
    "member-role": Door(
        see=CLIENTS,
        do=THE_OWNER,
        of=("client's viewer",),
        circle=CLIENTS,
        values={"role": "finance"},
    ),
    "member-end": Door(
        see=CLIENTS, do=THE_OWNER | {P.CLIENT_VIEWER}, of=("client's viewer",), circle=CLIENTS
    ),
    "invitation": Door(
        see=EVERYBODY,
        do={P.NEWCOMER},
        is_open_inside=True,
        of=("letter to the newcomer",),
        parameter="token",
        circle=EVERYBODY,
    ),
    "invitation-acceptance": Door(
        do={P.NEWCOMER},
        is_open_inside=True,
        of=("invitation of the newcomer",),
        circle={P.NEWCOMER},
    ),
    "notifications": Door(see=MEMBERS),
    "notifications-reading": Door(do=MEMBERS),
    "file": Door(see=PARTIES, of=("delivered file",), is_open_inside=True),
}
