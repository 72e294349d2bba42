"""What a row of the records is about: the document, the contract and the other side.

The key of an entry begins with what it is about; two queries lead from there to the contracts
of a whole page, or of a chunk of an export.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Lookup, Min, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse

from disputes.models import Dispute
from invoices.models import Invoice, Milestone, WriteOff
from ledger.queries.records import RecordRow
from payments.models import Chargeback, Escrow, Lot, Refund


class About(NamedTuple):
    title: str = ""
    number: str = ""
    contract: str = ""
    contract_ref: str = ""
    project: str = ""
    purchase_order: str = ""
    client: str = ""
    freelancer: str = ""
    place: tuple[str, str] = ("", "")  # the name of the document's page, and its ref

    @property
    def url(self) -> str:
        """The document's page. Made when asked for: an export has a million rows and asks never."""
        name, ref = self.place
        return reverse(name, args=[ref]) if name else ""

    @property
    def trail_url(self) -> str:
        name, ref = self.place
        return reverse("invoice-trail", args=[ref]) if name == "invoice" else ""

    def other(self, *, is_client: bool) -> str:
        return self.freelancer if is_client else self.client


class Among(Lookup[bool]):
    """Equal to one of many refs, in one parameter: each of thousands would cost by itself."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        refs = json.dumps(self.rhs, ensure_ascii=False)[1:-1]
        return f"{column} = ANY(%s::text[])", [*parameters, f"{{{refs}}}"]


NOTHING = About()
WITHOUT_DOCUMENT = {  # in words, and the name of the page
    "quote": ("Into another currency", "quote"),
    "payout": ("To your bank", "payout"),
    "charge": ("Your payment", "payment"),
}
Subject = tuple[str, str]


def about(found: Sequence[RecordRow]) -> dict[int, About]:
    """Return what each row is about, by its entry."""
    subjects = {row.entry: subject_of(row.key) for row in found}
    documents = _documents(set(subjects.values()))
    known = _known(set(documents.values()))
    return {
        row.entry: _of(documents.get(subjects[row.entry], subjects[row.entry]), known, row)
        for row in found
    }


def subject_of(key: str) -> Subject:
    """Return the type and ref of what an entry's key is about."""
    kind, first, *rest = [*key.split("/"), "", ""]
    if kind == "settlement":
        return "document", rest[0]
    if kind == "escrow" and rest[0] == "released":
        return "invoice", rest[1]
    return kind, first


def _documents(subjects: set[Subject]) -> dict[Subject, Subject]:
    """Lead from what the books name to the documents that it is for; to the payment otherwise."""
    refs = defaultdict(list)
    for kind, ref in subjects:
        refs[kind].append(ref)

    def documents(kind: str, found: QuerySet[Any], document: Any) -> QuerySet[Any, Any]:
        of_kind = _named(found, refs[kind])
        return of_kind.values_list(Value(kind, CharField()), "ref", document)

    of_refund = Coalesce(F("escrow__document"), _path("charge", "charge__ref"))
    of_write_off = _path("invoice", "invoice__ref")
    banks = Chargeback.objects.annotate(settled=Count("charge__settlements"))
    # A bank that takes several payments back at once takes them of no one document.
    of_bank = Case(
        When(settled=1, then=Min("charge__settlements__document")),
        default=_path("charge", "charge__ref"),
        output_field=CharField(),
    )
    found = documents("escrow", Escrow.objects.all(), F("document")).union(
        documents("lot", Lot.objects.all(), F("document")),
        documents("refund", Refund.objects.all(), of_refund),
        documents("write_off", WriteOff.objects.all(), of_write_off),
        documents("chargeback", banks, of_bank),
        documents("arbitration", Dispute.objects.all(), of_write_off),
        all=True,
    )
    by_subject: dict[Subject, Subject] = {}
    for kind, ref, document in found:
        name, _, its_ref = document.partition("/")
        by_subject[kind, ref] = (name, its_ref)
    own = {("document", ref): ("document", ref) for ref in refs["document"]}
    return {**by_subject, **own, **{("invoice", ref): ("invoice", ref) for ref in refs["invoice"]}}


def _path(kind: str, ref: str) -> Concat:
    return Concat(Value(f"{kind}/"), F(ref), output_field=CharField())


def _known(documents: set[Subject]) -> dict[Subject, About]:
    facts = ("title", "contract__ref", "contract__title", "contract__client__name")
    # What a settlement names is either of them.
    milestones, invoices = (
        _named(found, [ref for kind, ref in documents if kind in {name, "document"}])
        for name, found in (("milestone", Milestone.objects), ("invoice", Invoice.objects))
    )
    nothing: Any = Value("", CharField())
    project = Coalesce(F("contract__project__name"), nothing)
    found = milestones.values_list(
        Value("milestone", CharField()),
        "ref",
        nothing,
        *facts,
        "contract__freelancer__name",
        project,
        nothing,
    ).union(
        invoices.values_list(
            Value("invoice", CharField()),
            "ref",
            Coalesce(F("number"), nothing),
            *facts,
            "contract__freelancer__name",
            Coalesce(F("contract__project__name"), F("project")),
            "purchase_order",
        ),
        all=True,
    )
    known = {}
    for kind, ref, number, title, contract_ref, contract, client, freelancer, *of in found:
        known[kind, ref] = known["document", ref] = About(
            title=title,
            number=number,
            contract=contract,
            contract_ref=contract_ref,
            client=client,
            freelancer=freelancer,
            project=of[0],
            purchase_order=of[1],
            place=(kind, ref),
        )
    return known


def _named(found: Any, refs: list[str]) -> QuerySet[Any]:
    return found.filter(Among(F("ref"), refs)).order_by() if refs else found.none()


def _of(subject: Subject, known: dict[Subject, About], row: RecordRow) -> About:
    """What has no document leads to the withdrawal, the quote or the payment that it was."""
    if subject in known:
        return known[subject]
    kind, ref = subject
    if kind == "goodwill":  # the question is between our staff and who asked it
        return About(title="Over a question to our staff")
    if kind != "charge" and row.reference[0] == "charge":
        kind, ref = row.reference
    title, page = WITHOUT_DOCUMENT.get(kind, ("", ""))
    return About(title=title, place=(page, ref)) if page else NOTHING
