"""A year for whoever files a tax return, as a ZIP of tables: a draft, and no advice."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from records.files import dac7
from records.files.columns import harmless
from records.queries.platform_reports import form_1099k, is_reported_in_the_eu
from records.queries.tax_year import TaxYear

DRAFT = """\
{name}: {year}, in {currency}

A draft, made from the documents that were issued in this year by UTC. It is no tax return and no
advice: have it checked by somebody who may give it. A minus is what a credit note took back.

quarters.csv   With tax: what was billed, what of it was credited, our fees, what of them came back
vat.csv        By quarter, country, treatment and rate: net, tax and gross, ours and yours apart
{more}"""


def write_pack(path: Path, page: TaxYear) -> int:
    """Write the archive to *path*; return how many lines of the VAT report are in it."""
    more = ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("quarters.csv", _quarters(page))
        archive.writestr("vat.csv", _vat(page))
        form = form_1099k(page)
        if form is not None:
            more += "1099-k.csv     What a Form 1099-K would say, and from when it is sent\n"
            limit = form.threshold
            says = [f"{form.gross.amount:f}", str(form.payments), form.words]
            says += [f"{limit.amount.amount:f}", str(limit.payments), limit.source] if limit else []
            archive.writestr(
                "1099-k.csv",
                _table(
                    ("gross", "payments", "result", "threshold", "and_payments", "source"), [says]
                ),
            )
        if is_reported_in_the_eu(page):
            more += "dac7.csv, .xml What a platform in the EU reports of a seller (DAC7)\n"
            archive.writestr("dac7.csv", _table(dac7.COLUMNS, dac7.rows_of(page)))
            archive.writestr("dac7.xml", dac7.xml_of(page))
        name = page.organization.billed_as
        readme = DRAFT.format(name=name, year=page.year, currency=page.currency, more=more)
        archive.writestr("README.txt", readme)
    return len(page.lines)


def _quarters(page: TaxYear) -> str:
    rows = [
        [each.words, *(f"{sum_.amount:f}" for sum_ in each.amounts), page.currency]
        for each in [*page.quarters, page.whole]
    ]
    head = ("quarter", "billed", "credited", "our_fees", "our_fees_back", "currency")
    return _table(head, rows)


def _vat(page: TaxYear) -> str:
    head = (
        "what", "is_credit", "quarter", "country", "treatment", "rate_percent", "net", "tax",
        "gross", "currency", "documents",
    )  # fmt: skip
    rows = [
        [
            {"work": "work", "fee": "our fee"}[line.what],
            "yes" if line.is_credit else "no",
            f"{page.year}-Q{line.quarter}",
            line.country,
            line.treatment,
            f"{line.bps / 100:g}",
            *(f"{sum_.amount:f}" for sum_ in line.amounts),
            page.currency,
            str(line.documents),
        ]
        for line in page.lines
    ]
    return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> str:
    """Sums may begin with a minus; what people wrote may not begin a formula."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(head)
    table.writerows([each if _is_sum(each) else harmless(each) for each in row] for row in rows)
    return text.getvalue()


def _is_sum(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()
