"""Exports: asked for on a page, written by a job, cancelled or forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform import files
from billing_site.platform.queue import later, still_at_it
from ledger.queries import records
from ledger.queries.records import Wanted
from ledger.queries.whole_records import all_of
from records.files.columns import Line, line_of
from records.files.papers import write_papers
from records.files.person import write_person
from records.files.sheet import MOST_ROWS
from records.files.tax_pack import write_pack
from records.files.writing import Book, write
from records.models import Export
from records.queries import papers
from records.queries.documents import NOTHING, about
from records.queries.searching import searched
from records.queries.tax_year import tax_year
from records.queries.transactions import Asked, wanted_by

MOST_AT_ONCE = 5
WRITE = "records.tasks.write_export"
CHUNK = 5_000  # rows: two questions about documents and one about progress each


class Cancelled(Exception):
    """Somebody does not want it any more."""


@transaction.atomic
def request(
    organization: Organization, asked: Asked, *, format_: str, by: User, at: datetime
) -> Export:
    """Have what the list shows to whom asks for *asked* written as a file.

    :raises NotAllowed: *by* sees nothing of the organization, too many are being written,
        there are more rows than one prints, or the words fit more than is looked at.
    """
    if asked.query and searched(organization, asked.query).is_cut:
        raise NotAllowed(f"“{asked.query}” fits more than a search looks at. Be more exact.")
    if format_ == Export.Format.PDF:
        _refuse_a_book(records.count_of(wanted_by(organization, asked, currency=asked.currency)))
    return _ask(
        organization,
        format_,
        asked.as_kept(),
        currency=asked.currency,
        query=asked.url_with().partition("?")[2],
        by=by,
        at=at,
    )


@transaction.atomic
def request_papers(
    organization: Organization, since: date, until: date, *, by: User, at: datetime
) -> Export:
    """Have every document that was issued in these days put into one archive.

    :raises NotAllowed: *by* sees nothing of the organization, or too many are being written.
    """
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    format_, currency = Export.Format.PAPERS, organization.currency
    return _ask(organization, format_, asked, currency=currency, by=by, at=at)


@transaction.atomic
def request_tax_pack(
    organization: Organization, currency: str, year: int, *, by: User, at: datetime
) -> Export:
    """Have the figures of a tax year written as an archive of tables.

    :raises NotAllowed: *by* sees nothing of the organization, or too many are being written.
    """
    format_ = Export.Format.TAX_PACK
    return _ask(organization, format_, {"year": year}, currency=currency, by=by, at=at)


@transaction.atomic
def cancel(export_id: int, *, by: User, at: datetime) -> Export:
    """Stop writing; the job notices with the next rows.

    :raises NotAllowed: it is finished.
    """
    export = Export.objects.select_for_update(no_key=True).get(pk=export_id)
    if export.organization_id is None or not may(by, Deed.VIEW, export.organization_id):
        raise NotAllowed("You do not act for this organization.")
    if not export.is_running:
        raise NotAllowed(f"It is {export.words} already.")
    export.cancelled_at = at
    export.save(update_fields=["cancelled_at"])
    return export


def write_out(export_id: int, *, at: datetime) -> None:
    """Write the file. It may run twice: the second run begins anew, and a finished one stays.

    Not one transaction, so that progress is seen and cancelling is heard.
    """
    found = Export.objects.select_related("organization", "requested_by").filter(pk=export_id)
    export = found.first()
    if export is None or not export.is_running:
        return  # Somebody cancelled it, and it may be forgotten by now.
    stored_as, path = files.place_for_writing()
    try:
        _write(export, path, at=at)
        _finish(export, stored_as, path, at=at)
    except Cancelled:
        files.discard(stored_as)
    except BaseException:
        files.discard(stored_as)
        raise


@transaction.atomic
def forget_due(*, at: datetime) -> int:
    """Delete the files that were kept long enough; the rows stay and say so."""
    due = Export.objects.expired(at=at).select_for_update(no_key=True, skip_locked=True)
    exports = list(due.order_by("pk")[:100])
    for export in exports:
        transaction.on_commit(partial(files.discard, export.stored_as))
        export.forgotten_at = at
        export.save(update_fields=["forgotten_at"])
    return len(exports)


def _ask(
    organization: Organization,
    format_: str,
    asked: dict[str, Any],
    *,
    currency: str,
    by: User,
    at: datetime,
    query: str = "",
) -> Export:
    if not may(by, Deed.VIEW, organization):
        raise NotAllowed("You do not act for this organization.")
    Organization.objects.lock(organization.pk)
    if Export.objects.unfinished().filter(organization=organization).count() >= MOST_AT_ONCE:
        raise NotAllowed(f"{MOST_AT_ONCE} exports are being written. Wait for one, or cancel it.")
    export = Export.objects.create(
        organization=organization,
        requested_by=by,
        format=format_,
        asked=asked,
        query=query,
        currency=currency,
        requested_at=at,
    )
    later(WRITE, export_id=export.pk)
    return export


def _write(export: Export, path: Path, *, at: datetime) -> None:
    ours, currency = export.organization, export.currency
    if ours is None:
        _begin(export, 0)
        Export.objects.filter(pk=export.pk).update(
            rows_in_all=write_person(path, export.requested_by)
        )
    elif export.format == Export.Format.PAPERS:
        since, until = (date.fromisoformat(export.asked[each]) for each in ("since", "until"))
        _begin(export, papers.count_of(ours, since, until))
        found = papers.papers_of(ours, since, until)
        write_papers(path, found, tell=lambda count: _reached(export, count))
    elif export.format == Export.Format.TAX_PACK:
        page = tax_year(ours, currency, export.asked["year"])
        _begin(export, len(page.lines))
        _reached(export, write_pack(path, page))
    else:
        asked = Asked.of_kept(export.asked, currency)
        wanted = wanted_by(ours, asked, currency=currency)
        _begin(export, records.count_of(wanted))
        write(export.format, path, _lines(export, ours, wanted), _book(export, ours, asked, at=at))


def _begin(export: Export, rows: int) -> None:
    still = Export.objects.unfinished().filter(pk=export.pk)
    if not still.update(rows_in_all=rows, rows_done=0):
        raise Cancelled
    export.rows_in_all = rows


def _lines(export: Export, ours: Organization, wanted: Wanted) -> Iterator[Line]:
    is_client, done = ours.is_client, 0
    for chunk, documents in all_of(wanted, chunk=CHUNK, beside=about):
        for row in chunk:
            yield line_of(row, documents.get(row.entry, NOTHING), is_client=is_client)
        done += len(chunk)
        _reached(export, done)


def _reached(export: Export, done: int) -> None:
    """Say how far it is. What came since the count is written, and counted as what there was."""
    still_at_it()
    shown = min(done, export.rows_in_all or 0)
    if not Export.objects.unfinished().filter(pk=export.pk).update(rows_done=shown):
        raise Cancelled


def _book(export: Export, ours: Organization, asked: Asked, *, at: datetime) -> Book:
    narrowed = asked.group or asked.contract or asked.query or asked.amount
    return Book(
        name=ours.billed_as,
        currency=export.currency,
        is_client=ours.is_client,
        is_whole=not narrowed,
        narrowed_to=asked.words(is_client=ours.is_client),
        at=at,
    )


def _refuse_a_book(rows: int) -> None:
    if rows > MOST_ROWS:
        raise NotAllowed(
            f"These are {rows:,} rows, and a PDF has at most {MOST_ROWS:,}. Choose fewer days,"
            " or take CSV or Excel."
        )


def _finish(export: Export, stored_as: str, path: Path, *, at: datetime) -> None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    still = Export.objects.unfinished().filter(pk=export.pk)
    size = path.stat().st_size
    # All of it is written, wherever a second worker who began anew has got to.
    whole = {"rows_done": F("rows_in_all"), "finished_at": at}
    if not still.update(**whole, stored_as=stored_as, size=size, sha256=digest):
        raise Cancelled
