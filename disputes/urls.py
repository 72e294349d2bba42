from __future__ import annotations

from django.urls import path

from disputes.views import arbitration, cases, figures, hearing, opening, support

urlpatterns = [
    path("disputes/", cases.index, name="disputes"),
    path("disputes/new/", opening.new, name="dispute-new"),
    path("disputes/<slug:ref>/", cases.detail, name="dispute"),
    path("disputes/<slug:ref>/file/", cases.file, name="dispute-file"),
    path("disputes/<slug:ref>/offers/", figures.offer, name="dispute-offer"),
    path(
        "disputes/<slug:ref>/offers/<slug:offer>/acceptance/",
        figures.acceptance,
        name="dispute-offer-acceptance",
    ),
    path("disputes/<slug:ref>/withdrawal/", figures.withdrawal, name="dispute-withdrawal"),
    path("disputes/<slug:ref>/messages/", hearing.message, name="dispute-message"),
    path("disputes/<slug:ref>/evidence/", hearing.evidence, name="dispute-evidence"),
    path("disputes/<slug:ref>/mediation/", hearing.mediation, name="dispute-mediation"),
    path("disputes/<slug:ref>/question/", hearing.question, name="dispute-question"),
    path("disputes/<slug:ref>/answer/", hearing.proposal, name="dispute-proposal-answer"),
    path("disputes/<slug:ref>/appeal/", hearing.appeal, name="dispute-appeal"),
    path("disputes/<slug:ref>/arbitration/", arbitration.arbitration, name="dispute-arbitration"),
    path("support/", support.index, name="support"),
    path("support/<slug:ref>/", support.detail, name="ticket"),
    path("support/<slug:ref>/messages/", support.message, name="ticket-message"),
    path("support/<slug:ref>/closing/", support.closing, name="ticket-closing"),
]
