from django.urls import path

from pitlane.core.ids import converter

from .views import credit, payments, settlements, tills, write_offs

for prefix in ("stl", "pay", "crd", "til"):
    converter(prefix)

app_name = "billing"
urlpatterns = [
    path("billing/", settlements.settlements, name="list"),
    path("billing/settlements/<stl:pk>/", settlements.settlement, name="settlement"),
    path("billing/settlements/<stl:pk>/print/", settlements.statement, name="print"),
    path("billing/settlements/<stl:pk>/write-off/", write_offs.bill, name="write_off"),
    path("billing/payments/", payments.payments, name="payments"),
    path("billing/payments/<pay:pk>/refund/", payments.refund, name="refund"),
    path("billing/payments/<pay:pk>/receipt/", payments.receipt, name="receipt"),
    path("billing/payments/<pay:pk>/recover/", write_offs.recover, name="recover"),
    path("billing/till/", tills.till, name="till"),
    path("billing/till/open", tills.till_open, name="till_open"),
    path("billing/till/<til:pk>/", tills.till_sheet, name="till_sheet"),
    path("billing/till/<til:pk>/close", tills.till_close, name="till_close"),
    path("billing/day/", tills.day, name="day"),
    path("billing/credit/", credit.accounts, name="credit"),
    path("billing/credit/new", credit.account_new, name="credit_new"),
    path("billing/credit/<crd:pk>/", credit.account, name="credit_account"),
    path("billing/credit/<crd:pk>/print", credit.account_print, name="credit_print"),
    path("billing/credit/<crd:pk>/edit", credit.account_edit, name="credit_edit"),
    path("billing/credit/<crd:pk>/clear/", credit.account_clear, name="clear"),
    path("billing/credit/<crd:pk>/write-off/", write_offs.account, name="credit_write_off"),
]
