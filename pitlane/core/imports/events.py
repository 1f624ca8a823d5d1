"""What happens to imports."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..events import Event


@dataclass(frozen=True)
class ImportStarted(Event):
    icon = "file-import"
    batch_id: int
    profile: str
    store_id: int | None

    def sentence(self) -> str:
        return _("开始导入")


@dataclass(frozen=True)
class ImportFinished(Event):
    icon = "file-import"
    family = "done"
    batch_id: int
    profile: str
    made: int
    store_id: int | None

    def sentence(self) -> str:
        return _("导入完成，新增 %(made)d 条") % {"made": self.made}
