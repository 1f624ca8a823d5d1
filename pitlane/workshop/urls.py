"""Addresses of the workshop."""

from django.urls import path

from pitlane.core.ids import converter

from .views import floor, labels, lines, lists, money, orders, papers, quality, terminal

app_name = "workshop"
for prefix in ("ord", "itm", "opt", "fin", "cor"):
    converter(prefix)

urlpatterns = [
    path("orders/", lists.orders, name="list"),
    path("orders/bulk/", lists.bulk, name="bulk"),
    path("orders/labels/", labels.labels, name="labels"),
    path("orders/<ord:pk>/label/", labels.label, name="label"),
    path("orders/<ord:pk>/", orders.order, name="order"),
    path("orders/<ord:pk>/edit/", orders.edit, name="edit"),
    path("orders/<ord:pk>/hold/", orders.hold, name="hold"),
    path("orders/<ord:pk>/cancel/", orders.cancel, name="cancel"),
    path("orders/<ord:pk>/photos/", orders.photos, name="photos"),
    path("orders/<ord:pk>/do/<slug:verb>/", orders.step, name="step"),
    path("orders/<ord:pk>/find/", lines.find, name="find"),
    path("orders/<ord:pk>/lines/add/", lines.add, name="add_line"),
    path("orders/<ord:pk>/lines/free/", lines.free, name="free_line"),
    path("orders/<ord:pk>/lines/<slug:ref>/", lines.line, name="line"),
    path("orders/<ord:pk>/lines/<slug:ref>/remove/", lines.remove, name="remove_line"),
    path("orders/<ord:pk>/lines/<slug:ref>/revise/", lines.revise, name="revise_line"),
    path("orders/<ord:pk>/lines/<slug:ref>/propose/", lines.propose, name="propose_line"),
    path("orders/<ord:pk>/lines/<slug:ref>/return/", lines.return_part, name="return_part"),
    path("orders/<ord:pk>/decide/", lines.decide, name="decide"),
    path("orders/<ord:pk>/discount/", lines.discount, name="discount"),
    path("orders/<ord:pk>/findings/<fin:fin>/", lines.finding, name="finding"),
    path("orders/<ord:pk>/dispatch/", floor.dispatch, name="dispatch"),
    path("orders/<ord:pk>/recall/", floor.recall, name="recall"),
    path("orders/<ord:pk>/inspect/", quality.inspect, name="inspect"),
    path("orders/<ord:pk>/actions/", quality.act, name="act"),
    path("orders/<ord:pk>/actions/<cor:action>/", quality.end_action, name="end_action"),
    path("orders/<ord:pk>/settle/", money.settle, name="settle"),
    path("orders/<ord:pk>/settle/below-cost/", money.ask_below_cost, name="ask_below_cost"),
    path("orders/<ord:pk>/pay/", money.pay, name="pay"),
    path("orders/<ord:pk>/charge/", money.charge, name="charge"),
    path("orders/<ord:pk>/deposit/take/", money.take_deposit, name="take_deposit"),
    path("orders/<ord:pk>/deposit/", money.deposit, name="deposit"),
    path("orders/<ord:pk>/reopen/", money.reopen, name="reopen"),
    path("orders/<ord:pk>/sheet/", papers.job_sheet, name="job_sheet"),
    path("workshop/", floor.board, name="board"),
    path("quality/", quality.quality, name="quality"),
    path("quality/report/", quality.report, name="quality_report"),
    path("my-jobs/", terminal.my_jobs, name="my_jobs"),
    path("my-jobs/<itm:pk>/", terminal.job, name="job"),
    path("my-jobs/<itm:pk>/peer/", quality.peer, name="peer"),
    path("my-jobs/<itm:pk>/<slug:verb>/", terminal.operate, name="operate"),
    path("vehicles/<slug:vehicle>/archive/", papers.archive, name="archive"),
]
