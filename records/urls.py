from django.urls import path

from records.views import exports, statements, totals, transactions

urlpatterns = [
    path("records/", transactions.index, name="records"),
    path("records/filters/", transactions.filter_new, name="record-filter-new"),
    path(
        "records/filters/<int:pk>/removal/",
        transactions.filter_removal,
        name="record-filter-removal",
    ),
    path("records/statements/", statements.index, name="statements"),
    path("records/statements/pdf/", statements.paper, name="statement-pdf"),
    path("records/totals/", totals.index, name="totals"),
    path("records/exports/", exports.index, name="exports"),
    path("records/exports/<slug:ref>/", exports.detail, name="export"),
    path("records/exports/<slug:ref>/file/", exports.file, name="export-file"),
    path("records/exports/<slug:ref>/cancellation/", exports.cancellation, name="export-cancel"),
    path("records/<slug:number>/", transactions.detail, name="record"),
]
