"""A frozen document as the XML of an e-invoice: UN/CEFACT CII, the EN 16931 profile of Factur-X.

Built from what the document says and from nothing else, so that the PDF and the data in it
cannot disagree. Terms in comments (BT-…) are those of EN 16931-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from invoices.documents.cii import Element, add, added, day, root, sum_in
from invoices.documents.vat_categories import Category, category_of

Frozen = Mapping[str, Any]

PROFILE = "urn:cen.eu:en16931:2017"
FILE_NAME = "factur-x.xml"
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
# What the PDF says in XMP about the XML in it: name, value, and what that is.
PROPERTIES = (
    ("DocumentType", "INVOICE", "INVOICE"),
    ("DocumentFileName", FILE_NAME, "name of the embedded XML invoice file"),
    ("Version", "1.0", "The actual version of the Factur-X XML schema"),
    ("ConformanceLevel", "EN 16931", "The conformance level of the embedded Factur-X data"),
)
UNITS = {"hour": "HUR", "day": "DAY", "month": "MON", "km": "KMT"}  # UN/ECE Rec 20
PIECE = "C62"


def xml_of(frozen: Frozen) -> bytes:
    """Return the document as XML. Whether it is valid is for `einvoice.check` to say.

    A credit note has `corrects`: the number and the day of the invoice; its sums are positive.
    """
    invoice = root("rsm:CrossIndustryInvoice")
    context = add(invoice, "rsm:ExchangedDocumentContext")
    add(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", PROFILE)  # BT-24
    _heading(invoice, frozen)
    trade = add(invoice, "rsm:SupplyChainTradeTransaction")
    for position, line in enumerate(frozen["lines"], start=1):
        _line(trade, frozen, line, position)
    _agreement(trade, frozen)
    _delivery(trade, frozen)
    _settlement(trade, frozen)
    return etree.tostring(invoice, xml_declaration=True, encoding="UTF-8")


def _heading(invoice: Element, frozen: Frozen) -> None:
    document = add(invoice, "rsm:ExchangedDocument")
    add(document, "ram:ID", frozen["number"])  # BT-1
    add(document, "ram:TypeCode", CREDIT_NOTE if frozen.get("corrects") else INVOICE)  # BT-3
    day(add(document, "ram:IssueDateTime"), frozen["issued_on"])  # BT-2
    for words in (frozen["note"], frozen.get("remark", ""), *frozen["about"], *frozen["texts"]):
        if words:
            add(document, "ram:IncludedNote/ram:Content", words)  # BT-22


def _line(trade: Element, frozen: Frozen, line: Frozen, position: int) -> None:
    item = add(trade, "ram:IncludedSupplyChainTradeLineItem")
    add(item, "ram:AssociatedDocumentLineDocument/ram:LineID", str(position))  # BT-126
    product = add(item, "ram:SpecifiedTradeProduct")
    add(product, "ram:Name", line["description"])  # BT-153
    add(product, "ram:Description", line["detail"])  # BT-154
    price = add(item, "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    add(price, "ram:ChargeAmount", line.get("net_price", line["unit_price"]))  # BT-146
    quantity = add(item, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", line["quantity"])
    quantity.set("unitCode", unit_code(line.get("unit", "")))  # BT-129, BT-130
    settlement = add(item, "ram:SpecifiedLineTradeSettlement")
    category = category_of(frozen, line)
    tax = add(settlement, "ram:ApplicableTradeTax")
    add(tax, "ram:TypeCode", "VAT")
    add(tax, "ram:CategoryCode", category.code)  # BT-151
    add(tax, "ram:RateApplicablePercent", category.rate)  # BT-152
    if discount := sum_in(line, "discount"):
        _allowance(settlement, discount)  # BG-27
    total = add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    add(total, "ram:LineTotalAmount", line.get("net", line["amount"]))  # BT-131


def unit_code(words: str) -> str:
    """The code of a unit as people write it; of words that have none, the code of pieces."""
    return UNITS.get(words.strip().lower().removesuffix("s"), PIECE)


def _agreement(trade: Element, frozen: Frozen) -> None:
    agreement = add(trade, "ram:ApplicableHeaderTradeAgreement")
    # Where tax is out of the question, naming a VAT ID is an error (BR-O-02).
    untaxed = any(category_of(frozen, tax).code == "O" for tax in frozen["taxes"])
    _party(add(agreement, "ram:SellerTradeParty"), frozen["issuer"], without_vat=untaxed)
    _party(add(agreement, "ram:BuyerTradeParty"), frozen["recipient"], without_vat=untaxed)
    add(
        agreement,
        "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
        frozen.get("purchase_order", ""),
    )  # BT-13


def _party(party: Element, facts: Frozen, *, without_vat: bool) -> None:
    add(party, "ram:ID", facts.get("ref", ""))  # BT-29, BT-46
    add(party, "ram:Name", facts["name"])  # BT-27, BT-44
    address = add(party, "ram:PostalTradeAddress")
    add(address, "ram:PostcodeCode", facts["postal_code"])
    add(address, "ram:LineOne", facts["street"])
    add(address, "ram:CityName", facts["city"])
    add(address, "ram:CountryID", facts["country"])  # BT-40, BT-55
    if facts["vat_id"] and not without_vat:
        registration = add(party, "ram:SpecifiedTaxRegistration/ram:ID", _vat_id(facts))
        registration.set("schemeID", "VA")  # BT-31, BT-48


def _vat_id(facts: Frozen) -> str:
    """With its country in front, as everybody in the Union writes it and Norway does not."""
    written = str(facts["vat_id"])
    return written if written[:2].isalpha() else f"{facts['country']}{written}"


def _delivery(trade: Element, frozen: Frozen) -> None:
    event = add(trade, "ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent")
    day(add(event, "ram:OccurrenceDateTime"), frozen["supplied_to"])  # BT-72


def _settlement(trade: Element, frozen: Frozen) -> None:
    settlement = add(trade, "ram:ApplicableHeaderTradeSettlement")
    add(settlement, "ram:InvoiceCurrencyCode", frozen["currency"])  # BT-5
    for tax in frozen["taxes"]:
        _tax(settlement, category_of(frozen, tax), tax)  # BG-23
    if frozen["supplied_from"] != frozen["supplied_to"]:
        period = add(settlement, "ram:BillingSpecifiedPeriod")  # BG-14
        day(add(period, "ram:StartDateTime"), frozen["supplied_from"])
        day(add(period, "ram:EndDateTime"), frozen["supplied_to"])
    for tax in frozen["taxes"]:
        if discount := sum_in(tax, "discount"):
            _allowance(settlement, discount, category_of(frozen, tax))  # BG-20
    terms = add(settlement, "ram:SpecifiedTradePaymentTerms")
    add(terms, "ram:Description", frozen["paid_words"])  # BT-20
    if due_on := frozen.get("due_on"):
        day(add(terms, "ram:DueDateDateTime"), due_on)  # BT-9
    _totals(settlement, frozen)
    if corrects := frozen.get("corrects"):
        reference = add(settlement, "ram:InvoiceReferencedDocument")
        add(reference, "ram:IssuerAssignedID", corrects["number"])  # BT-25
        day(add(reference, "ram:FormattedIssueDateTime"), corrects["issued_on"], "qdt")  # BT-26


def _tax(settlement: Element, category: Category, tax: Frozen) -> None:
    part = add(settlement, "ram:ApplicableTradeTax")
    add(part, "ram:CalculatedAmount", tax["tax"])  # BT-117
    add(part, "ram:TypeCode", "VAT")
    add(part, "ram:ExemptionReason", category.reason)  # BT-120
    add(part, "ram:BasisAmount", tax["net"])  # BT-116
    add(part, "ram:CategoryCode", category.code)  # BT-118
    add(part, "ram:ExemptionReasonCode", category.reason_code)  # BT-121
    add(part, "ram:RateApplicablePercent", category.rate)  # BT-119


def _allowance(place: Element, discount: str, category: Category | None = None) -> None:
    allowance = add(place, "ram:SpecifiedTradeAllowanceCharge")
    add(allowance, "ram:ChargeIndicator/udt:Indicator", "false")
    add(allowance, "ram:ActualAmount", discount)  # BT-92, BT-136
    add(allowance, "ram:ReasonCode", "95")  # UNTDID 5189: discount
    add(allowance, "ram:Reason", "Discount")
    if category is not None:
        tax = add(allowance, "ram:CategoryTradeTax")
        add(tax, "ram:TypeCode", "VAT")
        add(tax, "ram:CategoryCode", category.code)  # BT-95
        add(tax, "ram:RateApplicablePercent", category.rate)  # BT-96


def _totals(settlement: Element, frozen: Frozen) -> None:
    currency = frozen["currency"]
    total = add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    add(total, "ram:LineTotalAmount", added(frozen["net"], frozen.get("discount", "0")))  # BT-106
    add(total, "ram:AllowanceTotalAmount", sum_in(frozen, "discount"))  # BT-107
    add(total, "ram:TaxBasisTotalAmount", frozen["net"])  # BT-109
    add(total, "ram:TaxTotalAmount", frozen["tax"]).set("currencyID", currency)  # BT-110
    add(total, "ram:GrandTotalAmount", frozen["gross"])  # BT-112
    add(total, "ram:TotalPrepaidAmount", frozen["paid"])  # BT-113
    add(total, "ram:DuePayableAmount", added(frozen["gross"], f"-{frozen['paid']}"))  # BT-115
