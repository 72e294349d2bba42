from django.urls import path

from records.views import transactions

urlpatterns = [
    path("records/", transactions.index, name="records"),
    path("records/filters/", transactions.filter_new, name="record-filter-new"),
    path(
        "records/filters/<int:pk>/removal/",
        transactions.filter_removal,
        name="record-filter-removal",
    ),
    path("records/<slug:number>/", transactions.detail, name="record"),
]
