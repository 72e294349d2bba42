"""A notice is one line: what somebody wrote long is cut, and never stops what it tells of."""

from __future__ import annotations

import pytest

from billing_site.platform import notices
from billing_site.platform.models import Notice
from invoices.models import Contract
from invoices.services import contracts
from tests import given
from tests.people.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x" * 300, "x" * 300),
        ("x" * 301, "x" * 299 + "…"),
        (f"A name, {'y' * 280}, and another", f"A name, {'y' * 280}, and…"),
        (f"A name of 200: {'n' * 200}. {'w' * 200}", f"A name of 200: {'n' * 200}…"),
    ],
)
def test_a_long_line_ends_at_a_word(text: str, line: str) -> None:
    notices.tell(users=[1], text=text, url="/home/", key="k", at=NOON)

    assert Notice.objects.get().text == line


def test_the_longest_names_and_titles_stop_no_offer() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    client = given.organization(alice)
    client.name = "n" * 200
    client.save()

    draft = given.draft_contract(client=alice, freelancer=bob)
    Contract.objects.filter(pk=draft.pk).update(title="t" * 120)

    contract = contracts.offer(draft.pk, by=alice, at=NOON)

    assert contract.state == Contract.State.OFFERED
    notice = Notice.objects.get(user_id=bob.pk, text__startswith=client.name)
    assert notice.text.endswith("…")
