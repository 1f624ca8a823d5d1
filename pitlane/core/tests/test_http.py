"""The edge of every page: clock and trace, language, errors as pages and toasts, guards."""

import logging
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.contrib.messages import get_messages
from django.db import DataError
from django.forms import CharField, Form
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.translation import get_language

from pitlane.accounts.tests.factories import browser, make_role, person
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.http import attempt, public, screen, signed_in
from pitlane.core.testing import Shop
from pitlane.project import urls as project_urls

ERRORS = {
    "missing": Missing(),
    "refused": Refused("不行"),
    "conflict": Conflict("晚了"),
    "crash": ValueError("x"),
    "beyond": OverflowError("x"),
    "nul": DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
    "half": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
}


@public
def fail(request: HttpRequest, how: str) -> HttpResponse:
    raise ERRORS[how]


@public
def tell(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{get_language()} {request.now.tzinfo} {request.trace}")


@screen("accounts.audit")
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@signed_in
def inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.actor.name)


site = ModuleType("site_of_errors")
site.urlpatterns = [
    path("fail/<str:how>", fail),
    path("tell", tell),
    path("guarded", guarded),
    path("inside", inside),
    path("", include(project_urls.urlpatterns)),
]
site.handler404, site.handler500 = project_urls.handler404, project_urls.handler500


@pytest.fixture(autouse=True)
def _site(settings) -> Iterator[None]:
    settings.ROOT_URLCONF = site
    yield


@pytest.mark.parametrize("how, status", [("missing", 404), ("refused", 422), ("conflict", 409)])
def test_a_refusal_is_a_page_with_its_status(db: None, how: str, status: int) -> None:
    answer = Client().get(f"/fail/{how}")
    assert (answer.status_code == status and str(ERRORS[how]) in answer.content.decode()) or status == 404


def test_a_refused_post_goes_back_with_a_toast(db: None) -> None:
    answer = Client().post("/fail/refused", headers={"referer": "http://testserver/tell"})
    assert answer["Location"] == "http://testserver/tell"
    assert [str(m) for m in get_messages(answer.wsgi_request)] == ["不行"]
    elsewhere = Client().post("/fail/refused", headers={"referer": "https://evil.example/"})
    assert elsewhere.status_code == 422


@pytest.mark.parametrize("how", ["beyond", "nul", "half"])
def test_what_no_column_takes_is_a_bad_request(db: None, how: str) -> None:
    assert Client().get(f"/fail/{how}").status_code == 400


def test_a_crash_is_logged_with_the_trace_the_page_shows(db: None, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/fail/crash")
    trace = answer["X-Trace"]
    assert answer.status_code == 500 and trace in answer.content.decode()
    assert trace in [getattr(record, "trace", "") for record in caplog.records]


@pytest.mark.parametrize("cookie, language", [("en", "en"), ("zh-hant", "zh-hant"), ("xx", "zh-hans"), ("", "zh-hans")])
def test_the_language_is_the_persons(db: None, settings, cookie: str, language: str) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get("/tell")
    assert answer.content.decode().startswith(f"{language} UTC ") and answer["Content-Language"] == language


def test_guards(shop: Shop) -> None:
    assert Client().get("/guarded?a=1")["Location"] == "/sign-in?next=/guarded%3Fa%3D1"
    assert Client().get("/inside").status_code == 302
    weak, strong = person(shop), person(shop, make_role(shop, "audit", "accounts.audit"))
    refused = browser(weak).get("/guarded")
    assert refused.status_code == 403 and "查看操作记录" in refused.content.decode()
    assert browser(strong).get("/guarded").content == b"in"
    assert browser(weak).get("/inside").content.decode() == weak.name
    assert guarded.__permission__ == "accounts.audit" and tell.__public__ and guarded.__is_guarded__


def test_answers_carry_the_protective_headers(db: None) -> None:
    answer = Client().get("/tell")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe-inline" not in policy.split("style-src-attr")[0]
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


class NameForm(Form):
    name = CharField()


def test_a_commands_refusal_becomes_the_fields_error() -> None:
    def refuse(error: Exception) -> None:
        raise error

    form = NameForm({"name": "x"})
    assert form.is_valid() and attempt(form, refuse, error=Refused("短了", field="name")) is None
    assert form.errors["name"] == ["短了"]
    attempt(form, refuse, error=Conflict("晚了", field="other"))
    assert form.non_field_errors() == ["晚了"]
    for error in (Forbidden("x"), Missing()):
        with pytest.raises(type(error)):
            attempt(form, refuse, error=error)


@pytest.mark.parametrize(("length", "known", "status"), [
    (9 * 1024 * 1024, False, 413), (9 * 1024 * 1024, True, 200), (241 * 1024 * 1024, True, 413), ("-1", False, 413),
    ("1e3", True, 413),
])  # fmt: skip
def test_a_body_is_refused_by_its_length(shop: Shop, length: object, known: bool, status: int) -> None:
    client = browser(person(shop, make_role(shop, "x", "accounts.view"))) if known else Client()
    answer = client.get("/health/live", CONTENT_LENGTH=str(length))
    assert answer.status_code == status


@pytest.mark.parametrize(("megabytes", "refused"), [(9, False), (41, True)])
def test_only_photos_of_a_booking_may_be_larger_for_strangers(db: None, megabytes: int, refused: bool) -> None:
    client, length = Client(), str(megabytes * 1024 * 1024)
    photos = client.get("/m/jc/book/S0/x/photos", CONTENT_LENGTH=length)
    assert (photos.status_code == 413) is refused
    assert client.get("/m/jc/book/S0", CONTENT_LENGTH=length).status_code == 413
