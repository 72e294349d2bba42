from __future__ import annotations

from datetime import date

import pytest

from billing_site.people.models import Organization
from invoices.fees import cost_of
from invoices.models import Contract
from invoices.models.contract import TaxTreatment
from invoices.taxing import fee_tax, percent, proposed
from tests.given import EUR

TODAY = date(2026, 3, 3)


def organization(country: str, vat_id: str = "", pk: int = 0) -> Organization:
    return Organization(pk=pk or hash(country) % 1000, country=country, vat_id=vat_id, name=country)


def contract(client: Organization, freelancer: Organization, **terms: object) -> Contract:
    facts = {"currency": "EUR", "tax_treatment": "exempt", "tax_bps": 0} | terms
    return Contract(client=client, freelancer=freelancer, **facts)


@pytest.mark.parametrize(
    ("client", "freelancer", "pays", "gets"),
    [
        (("AT", ""), ("AT", ""), "1060.00", "880.00"),  # at home, 20 %
        (("AT", "ATU12345678"), ("NO", ""), "1060.00", "900.00"),  # at home for one side
        (("DE", "DE123456788"), ("DE", "DE123456788"), "1050.00", "900.00"),  # reversed
        (("DE", ""), ("DE", ""), "1059.50", "881.00"),  # their own country's 19 %
        (("US", ""), ("GB", ""), "1050.00", "900.00"),  # outside
    ],
)
def test_a_thousand_costs(
    client: tuple[str, str], freelancer: tuple[str, str], pays: str, gets: str
) -> None:
    cost = cost_of(
        contract(organization(*client), organization(*freelancer)), [EUR("1000.00")], on=TODAY
    )

    assert cost.client_pays == EUR(pays)
    assert cost.freelancer_gets == EUR(gets)
    assert cost.client_fee == EUR("50.00")
    assert cost.freelancer_fee == EUR("100.00")


@pytest.mark.parametrize(
    ("price", "fee", "net"),
    [("266.64", "26.66", "239.98"), ("333.36", "33.34", "300.02"), ("0.05", "0.01", "0.04")],
)
def test_the_fee_is_rounded_once_and_the_rest_is_what_is_left(
    price: str, fee: str, net: str
) -> None:
    cost = cost_of(contract(organization("US"), organization("GB")), [EUR(price)], on=TODAY)

    assert cost.freelancer_fee == EUR(fee)
    assert cost.freelancer_gets == EUR(net)


def test_the_fee_is_on_the_net_and_the_tax_passes_on_whole() -> None:
    at_home = contract(
        organization("AT"),
        organization("NO"),
        tax_treatment=TaxTreatment.STANDARD,
        tax_bps=2_500,
    )
    cost = cost_of(at_home, [EUR("1000.00")], on=TODAY)

    assert cost.gross == EUR("1250.00")
    assert cost.freelancer_fee == EUR("100.00")
    assert cost.freelancer_gets == EUR("1150.00")
    assert cost.client_pays == EUR("1310.00")


def test_several_milestones_cost_the_sum_of_each() -> None:
    three = [EUR("33.33")] * 3
    terms = contract(organization("AT"), organization("AT"))
    whole, each = cost_of(terms, three, on=TODAY), cost_of(terms, three[:1], on=TODAY)

    assert whole.client_pays == each.client_pays * 3
    assert whole.freelancer_gets == each.freelancer_gets * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("freelancer", "client", "kind", "bps"),
    [
        (("DE", "DE123456788"), ("DE", ""), "standard", 1_900),
        (("DE", "DE123456788"), ("FR", "FR12345678901"), "reverse_charge", 0),
        (("DE", "DE123456788"), ("FR", ""), "standard", 1_900),
        (("DE", ""), ("DE", ""), "exempt", 0),
        (("NO", ""), ("DE", "DE123456788"), "reverse_charge", 0),
        (("DE", "DE123456788"), ("US", ""), "outside", 0),
    ],
)
def test_an_offer_proposes_what_usually_applies(
    freelancer: tuple[str, str], client: tuple[str, str], kind: str, bps: int
) -> None:
    treatment = proposed(
        freelancer=organization(*freelancer), client=organization(*client), on=TODAY
    )
    assert (treatment.kind, treatment.bps) == (kind, bps)


def test_the_fee_says_why_it_carries_no_vat() -> None:
    assert "Article 196" in fee_tax(organization("DE", "DE123456788"), on=TODAY).text
    assert fee_tax(organization("AT", "ATU12345678"), on=TODAY).text == ""


def test_rates_are_written_as_people_write_them() -> None:
    assert [percent(bps) for bps in (500, 2_550, 0)] == [
        "5\N{NO-BREAK SPACE}%",
        "25.5\N{NO-BREAK SPACE}%",
        "0\N{NO-BREAK SPACE}%",
    ]
