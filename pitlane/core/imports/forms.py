"""Forms of the import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .profiles import Profile


class UploadForm(forms.Form):
    """What is imported, and the file."""

    profile = forms.ChoiceField(label=_("导入什么"))
    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（xlsx）或 CSV，第一行是列名；最大 200 MB"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )

    def __init__(self, *args: Any, profiles: list[Profile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = [(p.key, p.label) for p in profiles]  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """One choice for each target field: which column of the file."""

    def __init__(self, *args: Any, profile: Profile, heads: list[str], mapping: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [("", _("不导入")), *[(head, head) for head in heads if head]]
        for target in profile.fields:
            self.fields[target.key] = forms.ChoiceField(
                label=str(target.label),
                help_text=str(target.help),
                required=target.required,
                choices=columns,
                initial=mapping.get(target.key, ""),
                error_messages={"required": _("请选择对应的列")},
            )

    def mapping(self) -> dict[str, str]:
        """Field key → column head, without the fields that are left out."""
        return {key: head for key, head in self.cleaned_data.items() if head}
