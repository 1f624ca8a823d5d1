"""Settings of the tests: a data directory of their own, a file database so that threads really compete."""

import os
import tempfile

os.environ["PITLANE_DATA"] = tempfile.mkdtemp(prefix="pitlane-test-")
os.environ.setdefault("PITLANE_API_RATE", "")
os.environ.setdefault("PITLANE_SQLITE_SYNC", "OFF")

from .settings import *  # noqa: F403
from .settings import CACHES, DATA_DIR, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if str(DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
AXES_ENABLED = True
CACHES["default"]["KEY_PREFIX"] = DATA_DIR.name
