from __future__ import annotations

from django.urls import path

from disputes.views import support

urlpatterns = [
    path("support/", support.index, name="support"),
    path("support/<slug:ref>/", support.detail, name="ticket"),
    path("support/<slug:ref>/messages/", support.message, name="ticket-message"),
    path("support/<slug:ref>/closing/", support.closing, name="ticket-closing"),
]
