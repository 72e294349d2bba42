from django.urls import path

from payments.views import earnings, hooks, methods, payments, payouts

urlpatterns = [
    path("hooks/<slug:gateway>/<slug:scope>/", hooks.hook, name="hook"),
    path("payments/", payments.index, name="payments"),
    path("payments/<slug:ref>/", payments.detail, name="payment"),
    path("payments/<slug:ref>/page/", payments.page, name="payment-page"),
    path("earnings/", earnings.index, name="earnings"),
    path("payouts/", payouts.index, name="payouts"),
    path("payouts/new/", payouts.new, name="payout-new"),
    path("payouts/methods/", methods.index, name="payout-methods"),
    path("payouts/methods/new/", methods.new, name="payout-method-new"),
    path("payouts/methods/<slug:ref>/removal/", methods.removal, name="payout-method-removal"),
    path("payouts/<slug:ref>/", payouts.detail, name="payout"),
    path("payouts/<slug:ref>/cancellation/", payouts.cancellation, name="payout-cancellation"),
]
