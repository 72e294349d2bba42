"""Who used an account is noted in parts, once a day, and shown to a bank that asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from billing_site.people.models import SignIn, User
from billing_site.people.services import sign_ins
from billing_site.platform import clock
from billing_site.workflows import evidence
from tests import given_payments as given
from tests.given_payments import DAY, NOON
from tests.payments.given_chargebacks import taken

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (PHONE, "Safari on iPhone"),
        ("curl/8.0", "another browser"),
        ("", "another browser"),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert sign_ins.browser_of(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_a_part_of_an_address_is_kept(address: str, network: str) -> None:
    assert sign_ins.network_of(address) == network


def test_a_visit_is_noted_once_a_day_and_place(alice: User, client: Client) -> None:
    client.force_login(alice)
    for at, agent in ((NOON, FIREFOX), (NOON, FIREFOX), (NOON, EDGE), (NOON + DAY, EDGE)):
        with clock.pinned(at):
            client.get("/profile/", headers={"User-Agent": agent})
            client.get("/profile/", headers={"User-Agent": agent})
    client.logout()
    with clock.pinned(NOON):
        client.get("/", headers={"User-Agent": PHONE})

    noted = SignIn.objects.filter(user=alice).order_by("pk")
    assert [(each.at, each.network, each.browser) for each in noted] == [
        (NOON, "127.0.0.0/24", "Firefox on Linux"),
        (NOON, "127.0.0.0/24", "Edge on Windows"),
    ]
    with pytest.raises(DatabaseError, match="stays as it was noted"), transaction.atomic():
        connection.cursor().execute("UPDATE people_signin SET browser = 'Lynx'")


def test_a_bank_is_shown_the_visits_of_its_client(alice: User) -> None:
    bob = given.worker()
    payer = given.payer("ada")
    for user, at in ((payer, NOON), (payer, NOON - 91 * DAY), (payer, NOON + 9 * DAY), (bob, NOON)):
        sign_ins.note(user, address="203.0.113.77", agent=FIREFOX, at=at)
    case = taken(given.held_escrow(client=payer, freelancer=bob))

    log = evidence.pack(case)["access_activity_log"]

    assert "Ada: used the site from 203.0.113.0/24, Firefox on Linux" in log
    assert log.count("used the site") == 1
    assert "Bob" not in log
