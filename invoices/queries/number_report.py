"""That no number is missing: each counting held against the documents that bear its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from billing_site.kernel.invariants import Row
from billing_site.people.models import NumberPattern, Organization
from invoices.models.document import Document
from ledger.queries.rows import rows


@dataclass(frozen=True, slots=True)
class Counting:
    """One series in one year, or over all of them."""

    kind: str
    period: str
    first: str
    last: str
    given: int
    documents: int
    missing: list[int]

    @property
    def is_whole(self) -> bool:
        return self.given == self.documents and not self.missing


def countings(organization: Organization) -> list[Counting]:
    """Return what the organization has numbered so far, the newest year first."""
    names = {f"{kind.value}/{organization.series_code}": kind for kind in NumberPattern.Kind}
    found = rows(
        f"""{_both_sides("series = ANY(%(names)s)")}
            SELECT name, year, first, last, documents, missing,
                   (SELECT number FROM papers WHERE series = name AND series_year = year
                     ORDER BY place LIMIT 1) AS first_number,
                   (SELECT number FROM papers WHERE series = name AND series_year = year
                     ORDER BY place DESC LIMIT 1) AS last_number
              FROM counted WHERE name = ANY(%(names)s) ORDER BY name, year DESC""",  # noqa: S608 - our own tables
        {"names": list(names)},
    )
    return [
        Counting(
            kind=names[row["name"]].label.capitalize(),
            period=str(row["year"] or "all years"),
            first=row["first_number"] or "",
            last=row["last_number"] or "",
            given=row["last"] - row["first"] + 1,
            documents=row["documents"],
            missing=row["missing"] or [],
        )
        for row in found
    ]


def broken_countings() -> list[Row]:
    """Return the countings, of anybody, whose documents are not one for each number."""
    return rows(
        f"""{_both_sides("series IS NOT NULL")}
            SELECT name, year, first, last, documents, missing FROM counted
             WHERE first IS NULL OR documents <> last - first + 1 OR missing IS NOT NULL"""  # noqa: S608 - our own tables
    )


def _both_sides(which: str) -> str:
    """Every counting that was begun, or that a document claims to be part of, of *which* series."""
    papers = " UNION ALL ".join(
        f"SELECT number, series, series_year, place FROM {table} WHERE {which}"  # noqa: S608 - our own tables
        for table in _TABLES
    )
    return f"""
    WITH papers AS ({papers}),
    begun AS (
        SELECT name, year FROM platform_series
         UNION SELECT series, series_year FROM papers),
    counted AS (
        SELECT b.name, b.year, s.first, s.last,
               (SELECT count(*) FROM papers AS p
                 WHERE p.series = b.name AND p.series_year = b.year) AS documents,
               (SELECT array_agg(due ORDER BY due)
                  FROM generate_series(s.first, s.last) AS due
                 WHERE NOT EXISTS (SELECT FROM papers AS p WHERE p.series = b.name
                                      AND p.series_year = b.year AND p.place = due)) AS missing
          FROM begun AS b LEFT JOIN platform_series AS s ON s.name = b.name AND s.year = b.year)
"""  # noqa: S608 - likewise


_TABLES = [
    model._meta.db_table  # noqa: SLF001 - Django's documented way to look at a model
    for model in apps.get_models()
    if issubclass(model, Document)
]
