"""Addresses of the workshop."""

from pitlane.core.ids import converter

app_name = "workshop"
for prefix in ("ord", "itm", "opt", "fin"):
    converter(prefix)
urlpatterns: list[object] = []
