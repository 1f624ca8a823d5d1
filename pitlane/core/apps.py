from django import forms
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "pitlane.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What every form says of a field left empty, in the words of the house instead of Django's."""
        forms.Field.default_error_messages["required"] = _("请填写这一项")
        for choosing in (forms.ChoiceField, forms.ModelChoiceField):
            choosing.default_error_messages["required"] = _("请选择一项")
