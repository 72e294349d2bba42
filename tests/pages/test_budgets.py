"""How much a whole page may ask, with all that stands around it. T74: nobody makes it grow."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from invoices.models import Invoice
from tests import given
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
AROUND = 5  # the session, the person, the demo's clock, whom they act for, all that is counted


def asked(browser: Client, address: str, most: int, queries: DjangoAssertNumQueries) -> None:
    browser.get(address)  # the first visit of a minute notes that they were here
    with queries(most):
        assert browser.get(address).status_code == 200


def test_pages_keep_to_their_budgets(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    given.offered_contract(client=alice, freelancer=bob)
    given.submitted_invoice(client=alice, freelancer=bob)
    given.paid_invoice(client=alice, freelancer=bob)
    invoice = Invoice.objects.get(state="paid").get_absolute_url()
    pages = {
        reverse("home"): (10, 10),  # alice, bob
        reverse("earnings"): (None, 11),
        reverse("totals"): (5, 10),
        invoice: (11, 10),
        f"{invoice}trail/": (7, 7),
        reverse("contracts"): (4, 4),
        reverse("invoices"): (5, 4),
        reverse("notifications"): (3, 3),
    }
    for n, person in enumerate((alice, bob)):
        browser = session_of(person)
        for address, budgets in pages.items():
            if (budget := budgets[n]) is not None:
                asked(browser, address, AROUND + budget, django_assert_max_num_queries)
