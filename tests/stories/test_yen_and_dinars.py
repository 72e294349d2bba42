"""Stories: a contract in yen and one in dinars, from the offer to the bank, by the whole journal.

Yen have no smaller coin, and dinars a thousandth, of which banks move tens.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.urls import reverse
from lxml import etree
from pypdf import PdfReader

from billing_site.kernel.invariants import run_laws
from billing_site.kernel.money import Money, zero
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.documents import einvoice, pdf
from invoices.documents.arithmetic import broken_sums
from invoices.documents.cii import NAMESPACES
from invoices.models import FeeInvoice, Invoice, Milestone, Receipt
from invoices.services import invoicing
from ledger.queries.balances import balances_of
from payments.services import payouts
from tests.given_world import DAY, MORNING, agreed, books, first_of, live, name_bank, pay, studio
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Told:
    currency: str
    price: str
    pays: str
    fee: str
    gets: str
    earned: str
    reaches: str
    in_xml: str
    never: list[str]  # words that no page may have
    books: str


# ¥160,501: 5 % is 8,025.05 and 20 % VAT on that 1,605, so Ada pays 170,131, of which 2.9 % and 30
# are the provider's. 10 % is 16,050.1, and a withdrawal costs 160.
YEN = Told(
    currency="JPY",
    price="160501",
    pays="¥170,131",
    fee="¥8,025",
    gets="¥144,451",
    earned="144451",
    reaches="¥144,291",
    in_xml="160501",
    never=["¥170,131.", "¥8,025.", "¥144,451.", "¥160,501."],
    books="""\
2026-03-03  Escrow funded
  provider:clearing                          170,131 JPY
      escrow:part_1                                        160,501 JPY
      deferred:client_fee:part_1                             8,025 JPY
      tax:vat:AT                                             1,605 JPY

2026-03-03  Settled by the provider
  provider:balance                           165,167 JPY
  cost:provider                                4,964 JPY
      provider:clearing                                    170,131 JPY

2026-03-13  Escrow released
  escrow:part_1                              160,501 JPY
  deferred:client_fee:part_1                   8,025 JPY
      freelancer:ben:pending                               144,451 JPY
      income:freelancer_fee                                 16,050 JPY
      income:client_fee                                      8,025 JPY

2026-03-18  Security period over
  freelancer:ben:pending                     144,451 JPY
      freelancer:ben:available                             144,451 JPY

2026-03-19  Payout requested
  freelancer:ben:available                   144,451 JPY
      payout:first                                         144,291 JPY
      income:payout_fee                                        160 JPY

2026-03-19  Transferred to the payee
  provider:payee:ben                         144,291 JPY
      provider:balance                                     144,291 JPY

2026-03-23  Paid out
  payout:first                               144,291 JPY
      provider:payee:ben                                   144,291 JPY""",
)
# KWD 1,234.560: 5 % is 61.728 and 20 % VAT on 61.730 is 12.346, each rounded to ten fils. The
# provider's own price is none of ours to round. 10 % is 123.456, a withdrawal costs 0.330.
DINARS = Told(
    currency="KWD",
    price="1234.560",
    pays="KWD\N{NO-BREAK SPACE}1,308.640",
    fee="KWD\N{NO-BREAK SPACE}61.730",
    gets="KWD\N{NO-BREAK SPACE}1,111.100",
    earned="1111.100",
    reaches="KWD\N{NO-BREAK SPACE}1,110.770",
    in_xml="1234.56",
    never=["1,308.64<", "61.73<", "1,111.10<", "1,234.56<"],
    books="""\
2026-03-03  Escrow funded
  provider:clearing                        1,308.640 KWD
      escrow:part_1                                      1,234.560 KWD
      deferred:client_fee:part_1                            61.730 KWD
      tax:vat:AT                                            12.350 KWD

2026-03-03  Settled by the provider
  provider:balance                         1,270.659 KWD
  cost:provider                               37.981 KWD
      provider:clearing                                  1,308.640 KWD

2026-03-13  Escrow released
  escrow:part_1                            1,234.560 KWD
  deferred:client_fee:part_1                  61.730 KWD
      freelancer:ben:pending                             1,111.100 KWD
      income:freelancer_fee                                123.460 KWD
      income:client_fee                                     61.730 KWD

2026-03-18  Security period over
  freelancer:ben:pending                   1,111.100 KWD
      freelancer:ben:available                           1,111.100 KWD

2026-03-19  Payout requested
  freelancer:ben:available                 1,111.100 KWD
      payout:first                                       1,110.770 KWD
      income:payout_fee                                      0.330 KWD

2026-03-19  Transferred to the payee
  provider:payee:ben                       1,110.770 KWD
      provider:balance                                   1,110.770 KWD

2026-03-23  Paid out
  payout:first                             1,110.770 KWD
      provider:payee:ben                                 1,110.770 KWD""",
)


@pytest.mark.parametrize("told", [YEN, DINARS], ids=["yen", "dinars"])
def test_from_the_offer_to_the_bank(told: Told) -> None:
    world = studio(paid_in=told.currency)
    method = name_bank(world.ben, at=MORNING - 7 * DAY)
    contract = agreed(world, told.price, currency=told.currency)
    milestone = first_of(contract)
    funding = page(world.ada, "milestone-funding", milestone.ref, at=MORNING)
    assert told.pays in funding
    assert told.fee in funding

    pay(milestone, by=world.ada, at=MORNING + DAY)
    live(MORNING, MORNING + 9 * DAY)
    invoice = invoicing.deliver(
        milestone.pk, message="All of it.", by=world.ben, at=MORNING + 9 * DAY
    )
    invoicing.approve(invoice.pk, by=world.ada, at=MORNING + 11 * DAY)
    live(MORNING + 11 * DAY, MORNING + 17 * DAY)
    at = MORNING + 17 * DAY
    earned = page(world.ben, "earnings", at=at)
    assert told.gets in earned
    everything = Money(told.earned, told.currency)
    asked = {"currency": told.currency, "amount": told.earned, "method": method.ref}
    asking = page(world.ben, "payout-new", at=at, **asked)
    assert told.reaches in asking
    payout = payouts.request(
        organization=world.freelancer, method=method, amount=everything, by=world.ben, at=at
    )
    live(at, MORNING + 23 * DAY)

    escrow = Milestone.objects.get(pk=milestone.pk).escrow
    assert escrow
    assert books(ben=world.freelancer, part_1=escrow, first=payout) == told.books
    assert set(balances_of(world.freelancer.pk, told.currency).values()) == {zero(told.currency)}
    assert [v.law.sentence for v in run_laws() if not v.holds] == []
    for text in (funding, earned, asking):
        assert [each for each in told.never if each in text] == []
    assert_documents(told)


def assert_documents(told: Told) -> None:
    """The invoice on paper and as data, and our own documents, add up in their currency."""
    invoice = Invoice.objects.get()
    drawn = PdfReader(io.BytesIO(pdf.draw(invoice.says, sha256=invoice.frozen_sha256)))
    text = " ".join(" ".join(each.extract_text() for each in drawn.pages).split())
    shown = told.price if told.currency == "KWD" else "160,501"
    assert shown.replace("1234", "1,234") in text.replace("\N{NO-BREAK SPACE}", " ")
    xml, verdict = einvoice.check(invoice.says, at=MORNING)
    assert [each for each in verdict.broken if "DEC" in each["rule"] or "CO" in each["rule"]] == []
    total = etree.fromstring(xml).find(".//ram:GrandTotalAmount", NAMESPACES)
    assert total is not None
    assert total.text == told.in_xml
    ours = [each.says for each in FeeInvoice.objects.all()]
    assert len(ours) == 2
    assert [broken_sums(each) for each in (invoice.says, *ours)] == [[], [], []]
    sums = [Receipt.objects.get(kind=kind).frozen["gross"] for kind in ("payment", "payout")]  # type: ignore[index]
    places = 3 if told.currency == "KWD" else 0
    assert [len(each.partition(".")[2]) for each in sums] == [places, places]


def page(user: User, name: str, *args: str, at: datetime, **asked: str) -> str:
    with clock.pinned(at):
        answer = session_of(user).get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()
