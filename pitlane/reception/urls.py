from django.urls import path

from pitlane.core.ids import converter

from .views import check_in, diagnosis, estimates, quote, recommendations, walkaround

converter("cse")
converter("est")
converter("rec")
app_name = "reception"
urlpatterns = [
    path("reception/", check_in.door, name="home"),
    path("reception/check-in/", check_in.start, name="check_in"),
    path("reception/check-in/<slug:key>/", check_in.intake, name="intake"),
    path("reception/check-in/<slug:key>/drop", check_in.drop, name="drop_draft"),
    path("reception/check-in/<slug:key>/diagnosis", diagnosis.while_typing, name="intake_diagnosis"),
    path("reception/orders/<ord:pk>/diagnosis/", diagnosis.page, name="diagnosis"),
    path("reception/orders/<ord:pk>/diagnosis/answer", diagnosis.answer, name="answer_suggestion"),
    path("reception/knowledge/", diagnosis.knowledge, name="knowledge"),
    path("reception/knowledge/new/", diagnosis.own_cause, name="own_cause_new"),
    path("reception/knowledge/<cse:pk>/", diagnosis.own_cause, name="own_cause"),
    path("reception/orders/<ord:pk>/intake/", check_in.change_intake, name="change_intake"),
    path("reception/orders/<ord:pk>/walkaround/", walkaround.page, name="walkaround"),
    path("reception/orders/<ord:pk>/share", estimates.share_order, name="share_order"),
    path("reception/orders/<ord:pk>/quote/", quote.page, name="quote"),
    path("reception/orders/<ord:pk>/quote/find", quote.find, name="find"),
    path("reception/orders/<ord:pk>/quote/add", quote.add, name="add"),
    path("reception/orders/<ord:pk>/quote/change", quote.change, name="change"),
    path("reception/orders/<ord:pk>/quote/send", estimates.send, name="send"),
    path("reception/orders/<ord:pk>/advice", quote.add_advice, name="add_advice"),
    path("reception/quote/", quote.choose, name="choose"),
    path("reception/estimates/<est:pk>/", estimates.page, name="estimate"),
    path("reception/estimates/<est:pk>/link", estimates.share, name="share"),
    path("reception/estimates/<est:pk>/sign/", estimates.sign, name="sign"),
    path("reception/recommendations/<rec:pk>/close/", recommendations.close, name="close_recommendation"),
]
