"""What makes the customer's own pages installable: the manifest, the worker, the page for when there is no network.

None of them knows who is signed in.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pitlane.accounts.queries import House

from .members import Visitor, house_page

SHELL = (
    "core/tokens.css",
    "core/app.css",
    "core/icon.svg",
    "core/js/theme-boot.js",
    "core/fonts/barlow-semi-condensed-latin-600-normal.woff2",
    "portal/portal.css",
    "portal/app.js",
)
GROUND, PAPER = "#0e272d", "#f3f5f5"
ICONS = (("192", "any"), ("512", "any"), ("512-maskable", "maskable"))


@house_page
@require_GET
def manifest(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponse:
    """How the pages look among the apps of a phone: under the name of the organisation."""
    root = reverse("portal:my_home", args=[house.code])
    facts = {
        "id": root,
        "name": house.name,
        "short_name": house.name[:12],
        "description": _("预约、进度、报价、账单和维修记录"),
        "lang": get_language(),
        "start_url": root,
        "scope": root,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GROUND,
        "icons": [
            {
                "src": static(f"portal/icons/{name}.png"),
                "sizes": "{0}x{0}".format(name.partition("-")[0]),
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in ICONS
        ],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@house_page
@require_GET
def worker(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponse:
    """The worker of this organisation's pages; a change of the shell gives it another name."""
    context = {
        "name": json.dumps(f"portal-{house.code}:{_shell_digest()}"),
        "shell": json.dumps([static(name) for name in SHELL]),
        "offline": json.dumps(reverse("portal:my_offline", args=[house.code])),
    }
    return render(request, "portal/my/worker.js", context, content_type="text/javascript; charset=utf-8")


@cache
def _shell_digest() -> str:
    found = [finders.find(name) for name in SHELL]
    return sha256(b"".join(Path(str(path)).read_bytes() for path in found if path)).hexdigest()[:12]


@house_page
@require_GET
def offline(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponse:
    """What is shown without a network: nothing about anybody."""
    return render(request, "portal/my/offline.html", {"house": house})
