from django.urls import path

from records.views import (
    certificates,
    collectives,
    exports,
    people,
    statements,
    summaries,
    tax_years,
    totals,
    transactions,
    verification,
)

urlpatterns = [
    path("records/", transactions.index, name="records"),
    path("records/filters/", transactions.filter_new, name="record-filter-new"),
    path(
        "records/filters/<slug:ref>/removal/",
        transactions.filter_removal,
        name="record-filter-removal",
    ),
    path("records/statements/", statements.index, name="statements"),
    path("records/statements/pdf/", statements.paper, name="statement-pdf"),
    path("records/summary/", summaries.detail, name="summary"),
    path("records/collective/<slug:ref>/", collectives.detail, name="collective"),
    path("records/collective/<slug:ref>/pdf/", collectives.paper, name="collective-pdf"),
    path("records/totals/", totals.index, name="totals"),
    path("records/tax/<int:year>/", tax_years.detail, name="tax-year"),
    path("records/certificates/", certificates.index, name="certificates"),
    path("records/certificates/<slug:ref>/pdf/", certificates.paper, name="certificate-pdf"),
    path("records/exports/", exports.index, name="exports"),
    path("records/exports/documents/", exports.papers, name="export-papers"),
    path("records/exports/<slug:ref>/", exports.detail, name="export"),
    path("records/exports/<slug:ref>/file/", exports.file, name="export-file"),
    path("records/exports/<slug:ref>/cancellation/", exports.cancellation, name="export-cancel"),
    path("records/<slug:number>/", transactions.detail, name="record"),
    path("profile/data/", people.data, name="personal-data"),
    path("profile/data/<slug:ref>/", people.file, name="personal-data-file"),
    path("profile/erasure/", people.erasure, name="erasure"),
    path("verify/", verification.form, name="verify-form"),
    path("verify/<slug:code>/", verification.detail, name="verify"),
]
