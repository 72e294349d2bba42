from django.urls import path

from payments.views import (
    credit,
    earnings,
    health,
    hooks,
    methods,
    payments,
    payout_methods,
    payout_schedule,
    payouts,
    refunds,
)

urlpatterns = [
    path("health/money/", health.money, name="health-money"),
    path("hooks/<slug:gateway>/<slug:scope>/", hooks.hook, name="hook"),
    path("methods/", methods.index, name="methods"),
    path("methods/new/", methods.new, name="method-new"),
    path("methods/<slug:ref>/primary/", methods.primary, name="method-primary"),
    path("methods/<slug:ref>/place/", methods.place, name="method-place"),
    path("methods/<slug:ref>/removal/", methods.removal, name="method-removal"),
    path("payments/", payments.index, name="payments"),
    path("payments/credit/<slug:currency>/return/", credit.send_back, name="credit-return"),
    path("payments/<slug:ref>/", payments.detail, name="payment"),
    path("payments/<slug:ref>/page/", payments.page, name="payment-page"),
    path("payments/<slug:ref>/attempt/", payments.attempt, name="payment-attempt"),
    path("refunds/<slug:ref>/attempt/", refunds.attempt, name="refund-attempt"),
    path("refunds/<slug:ref>/credit/", refunds.keep, name="refund-credit"),
    path("earnings/", earnings.index, name="earnings"),
    path("payouts/", payouts.index, name="payouts"),
    path("payouts/new/", payouts.new, name="payout-new"),
    path("payouts/schedule/", payout_schedule.schedule, name="payout-schedule"),
    path("payouts/methods/", payout_methods.index, name="payout-methods"),
    path("payouts/methods/new/", payout_methods.new, name="payout-method-new"),
    path(
        "payouts/methods/<slug:ref>/removal/",
        payout_methods.removal,
        name="payout-method-removal",
    ),
    path("payouts/<slug:ref>/", payouts.detail, name="payout"),
    path("payouts/<slug:ref>/cancellation/", payouts.cancellation, name="payout-cancellation"),
]
