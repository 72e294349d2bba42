"""The first page promises fees to the cent: they are those of a new contract, and they add up."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from billing_site import offer
from billing_site.kernel.money import show
from invoices.models import Contract

pytestmark = pytest.mark.django_db
ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
SUM = re.compile(r"€([\d,]+\.\d\d)</")


def steps_of(html: str) -> list[list[Decimal]]:
    table = html[html.index("way-table") : html.index("</table>")]
    rows = [row.split("</th>")[-1] for row in ROW.findall(table)]
    return [[Decimal(sum_.replace(",", "")) for sum_ in SUM.findall(row)] for row in rows[1:]]


def test_the_fees_are_those_of_a_new_contract() -> None:
    terms, fees = Contract(), offer.fees()
    assert (terms.client_fee_bps, terms.freelancer_fee_bps) == (500, 1_000)
    assert (fees.client_bps, fees.freelancer_bps) == (500, 1_000)
    assert (terms.review_days, terms.security_days) == (14, 5)


def test_every_cent_of_what_the_client_pays_is_somewhere() -> None:
    fees = offer.fees()
    assert show(fees.client_pays) == "€1,050.00"
    assert show(fees.freelancer_gets) == "€900.00"
    assert fees.freelancer_gets + fees.fees_on_approval == fees.client_pays
    assert fees.arrives + fees.fees_after_payout == fees.client_pays
    assert fees.kept + fees.provider_cost == fees.fees_after_payout


def test_the_columns_of_each_step_add_up_to_what_was_paid(client: Client) -> None:
    steps = steps_of(client.get("/").content.decode())
    assert [len(step) for step in steps] == [3, 3, 3, 3, 3]
    assert [sum(step) for step in steps] == [0, 1050, 1050, 1050, 1050]


def test_anybody_reads_it_without_a_question_to_the_books(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Open an account" in response.content.decode()
