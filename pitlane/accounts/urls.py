from django.urls import path

from pitlane.core.ids import converter

from .views import approvals, arranging, home, lists, organisation, oversight, people, profile, sign_in, switching

for prefix in ("sto", "stf", "rol", "apv", "key", "ses", "lvw"):
    converter(prefix)

app_name = "accounts"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.second_factor, name="second_factor"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("me/store", switching.switch_store, name="switch_store"),
    path("me/stores", switching.choose_store, name="choose_store"),
    path("me/preferences", sign_in.preferences, name="preferences"),
    path("me/", profile.profile, name="profile"),
    path("me/home", arranging.arrange, name="arrange_home"),
    path("me/lists/<slug:key>/views", lists.save_view, name="save_list_view"),
    path("me/lists/<slug:key>/arrange", lists.arrange, name="arrange_list"),
    path("me/views/<lvw:pk>", lists.change_view, name="change_list_view"),
    path("me/second-factor", profile.totp, name="totp"),
    path("me/second-factor/off", profile.totp_off, name="totp_off"),
    path("me/sessions/end", profile.end_sessions, name="end_sessions"),
    path("me/sessions/<ses:pk>/end", profile.end_session, name="end_session"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<apv:pk>/", approvals.approval, name="approval"),
    path("approvals/<apv:pk>/withdraw", approvals.withdraw, name="withdraw"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/staff/", people.staff, name="staff"),
    path("organisation/staff/new", people.staff_new, name="staff_new"),
    path("organisation/staff/<stf:pk>/", people.staff_edit, name="staff_edit"),
    path("organisation/staff/<stf:pk>/password", people.staff_password, name="staff_password"),
    path("organisation/staff/<stf:pk>/skills", people.staff_skills, name="staff_skills"),
    path("organisation/staff/<stf:pk>/second-factor-off", people.staff_totp_off, name="staff_totp_off"),
    path("organisation/staff/<stf:pk>/sign-out", people.staff_sign_out, name="staff_sign_out"),
    path("organisation/roles/", organisation.roles, name="roles"),
    path("organisation/roles/new", organisation.role_form, name="role_new"),
    path("organisation/roles/<rol:pk>/", organisation.role_form, name="role"),
    path("organisation/stores/", organisation.stores, name="stores"),
    path("organisation/stores/pick", organisation.pick_stores, name="pick_stores"),
    path("organisation/stores/new", organisation.store_form, name="store_new"),
    path("organisation/stores/<sto:pk>/", organisation.store_form, name="store"),
    path("organisation/stores/<sto:pk>/terms", organisation.store_terms, name="store_terms"),
    path("organisation/keys/", organisation.keys, name="keys"),
    path("organisation/keys/<key:pk>/revoke", organisation.key_revoke, name="key_revoke"),
    path("organisation/audit/", oversight.audit, name="audit"),
    path("organisation/jobs/", oversight.job_list, name="jobs"),
    path("organisation/jobs/retry", oversight.job_retry, name="job_retry"),
]
