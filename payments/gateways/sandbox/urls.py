from django.urls import path

from payments.gateways.sandbox import views, views_of_payees

urlpatterns = [
    path("sandbox/checkout/<slug:session_id>/", views.checkout, name="sandbox-checkout"),
    path("sandbox/setup/<slug:session_id>/", views.setup, name="sandbox-setup"),
    path("sandbox/onboarding/<slug:link_id>/", views.onboarding, name="sandbox-onboarding"),
    path("sandbox/dashboard/<slug:login_id>/", views_of_payees.dashboard, name="sandbox-dashboard"),
    path("sandbox/transfers/<slug:customer_id>/", views.transfer, name="sandbox-transfer"),
    path("sandbox/files/<slug:file_id>/", views.file, name="sandbox-file"),
]
