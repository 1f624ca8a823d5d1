"""Settings. Everything an operator may change comes from the environment (see docs/guides/operate.md)."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

import pitlane
from pitlane.core.peers import read_networks
from pitlane.project.hosts import own_hosts

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("PITLANE_DATA", BASE_DIR / "var"))
DATA_DIR.mkdir(parents=True, exist_ok=True)
VERSION = pitlane.__version__


def _secret_key() -> str:
    if key := os.environ.get("PITLANE_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # of two first starts one wins, and nobody ever reads half a key
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret_key()
PUBLIC_ID_SALT = "pitlane-public-id-1"
KEYS_FILE = DATA_DIR / "keys.json"
DEBUG = os.environ.get("PITLANE_DEBUG") == "1"
ALLOWED_HOSTS = [h.strip() for h in os.environ.get("PITLANE_HOSTS", "").split(",") if h.strip()] or own_hosts()
TRUSTED_PROXIES = read_networks(os.environ.get("PITLANE_PROXIES", ""))
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("PITLANE_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("PITLANE_HTTPS") == "1"
PUBLIC_URL = (os.environ.get("PITLANE_URL") or next(iter(CSRF_TRUSTED_ORIGINS), "http://localhost:8000")).rstrip("/")

DOMAINS = [
    "core", "accounts", "customers", "catalog", "messaging", "parts", "scheduling", "billing", "appointments",
    "workshop", "reception", "portal", "integrations", "founding", "simulation",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_q",
    "ninja",
    *[f"pitlane.{name}" for name in DOMAINS],
    "pitlane.project",
]
MIDDLEWARE = [
    "pitlane.core.peers.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pitlane.core.http.TraceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pitlane.accounts.middleware.ActorMiddleware",
    "pitlane.core.http.BodySizeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "pitlane.core.http.ErrorsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "pitlane.project.urls"
WSGI_APPLICATION = "pitlane.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "pitlane.accounts.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "pitlane.core.templatetags.ui",
                "pitlane.core.templatetags.lists",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("PITLANE_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "pitlane.core.databases.sqlite3",
            "NAME": DATA_DIR / "db.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "cached_statements": 400,  # Python keeps 128, fewer than a whole order needs
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA foreign_keys=ON;"
                f"PRAGMA synchronous={os.environ.get('PITLANE_SQLITE_SYNC', 'FULL')};"
                "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("PITLANE_DATABASE_URL must read postgres://user:password@host:port/name")
    return {
        "ENGINE": "pitlane.core.databases.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 10},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = os.environ.get("PITLANE_REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "pitlane_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "pitlane.accounts.backend.StaffBackend"]
VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATORS}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("login", "name")}},
    {"NAME": f"{VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATORS}.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
CHOOSE_STORE_URL = "accounts:choose_store"
LOGIN_REDIRECT_URL = "/"
FIRST_RUN_URL = "founding:first_run"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "pitlane.accounts.backend.locked_out"
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pitlane.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
LARGEST_BODY = 240 * 1024 * 1024
LARGEST_STRANGER = 8 * 1024 * 1024
LARGEST_PICTURES = 40 * 1024 * 1024  # what the booking page takes of a phone that cannot shrink its photos
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
MEDIA_ROOT = DATA_DIR / "media"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400
PRODUCT_NAME = _("车坊")

Q_CLUSTER = {
    "name": "pitlane",
    "orm": "default",
    "workers": int(os.environ.get("PITLANE_WORKERS", "1")),
    "timeout": 600,
    "retry": 700,
    "max_attempts": 3,
    "ack_failures": True,
    "save_limit": 200,
    "poll": 0.5,
    "catch_up": False,
}
DIAL_URL = os.environ.get("PITLANE_DIAL_URL", "tel:{number}")
API_RATE = os.environ.get("PITLANE_API_RATE", "1200/m")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder({"trace"}),
                structlog.processors.TimeStamper(fmt="iso"),
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        },
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain" if DEBUG else "json"}},
    "root": {"handlers": ["console"], "level": os.environ.get("PITLANE_LOG", "WARNING")},
}
