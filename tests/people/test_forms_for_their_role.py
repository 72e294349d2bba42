"""Pages with a form that a role cannot send are not shown to it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from billing_site.people.models import User
from tests import given
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
FORMS = (
    "invitation-new",
    "organization-approvals",
    "organization-address",
    "organization-tax",
    "project-new",
)


def test_a_viewer_is_shown_no_form_that_they_cannot_send() -> None:
    alice: User = given.person("alice")
    viewer = session_of(given.member(alice, "vera", role="viewer"))
    owner = session_of(alice)
    for name in FORMS:
        assert (viewer.get(reverse(name)).status_code, name) == (403, name)
        assert (owner.get(reverse(name)).status_code, name) == (200, name)
