"""Who may not do something is told who of their colleagues can, and where a role is changed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.people.models import User
from billing_site.people.models.membership import Role
from tests import given
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("of", "page", "says"),
    [
        ("bob", "invoice-new", "For Bob &amp; Co, Bob and Ann can deliver and invoice work."),
        ("bob", "expense-new", "For Bob &amp; Co, Bob and Ann can deliver and invoice work."),
        ("bob", "payout-new", "For Bob &amp; Co, Bob can withdraw earnings."),
        ("alice", "contract-new", "For Alice &amp; Co, Alice and Ann can offer contracts."),
        ("alice", "project-new", "For Alice &amp; Co, Alice and Ann can offer contracts."),
        ("alice", "invoice-new", "Invoices are written by who works"),
    ],
)
def test_a_refusal_names_who_may(of: str, page: str, says: str) -> None:
    owner = given.person(of, kind="client" if of == "alice" else "freelancer")
    given.member(owner, "ann", role=Role.APPROVER)
    vera = given.member(owner, "vera", role=Role.VIEWER)

    refused = session_of(vera).get(reverse(page))

    assert refused.status_code == 403
    read = " ".join(refused.content.decode().split())
    assert says in read
    assert "Nothing was saved, and no money moved." in read
    assert ("You are here as viewer" in read) == (" can " in says)


def test_many_are_not_all_named_and_nobody_is_said_to_be_nobody() -> None:
    bob = given.person("bob", kind="freelancer")
    for name in ("ann", "ben", "cora"):
        given.member(bob, name, role=Role.APPROVER)
    vera = session_of(given.member(bob, "vera", role=Role.VIEWER))
    url = reverse("invoice-new")
    assert "Bob, Ann, Ben and others can deliver" in vera.get(url).content.decode()

    User.objects.exclude(name="Vera").update(is_active=False)

    assert "nobody can deliver and invoice work" in vera.get(url).content.decode()
