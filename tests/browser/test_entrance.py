from __future__ import annotations

import pytest

from billing_site.people.models import User
from tests.browser.fixtures import OpenPage, sign_in
from tests.factories.people import MembershipFactory
from tests.signing_in import able_to_sign_in, with_second_factor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_signs_in_with_a_password_and_a_code(
    open_page: OpenPage, javascript: bool
) -> None:
    alice = able_to_sign_in(MembershipFactory.create(user__name="Alice").user)
    secret = with_second_factor(alice)
    page = sign_in(open_page(javascript=javascript), alice, secret=secret)
    assert page.locator("h1").count() == 1
    assert User.objects.get(pk=alice.pk).last_login
