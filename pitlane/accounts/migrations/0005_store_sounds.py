from typing import Any

from django.db import migrations, models

from pitlane.accounts.finding import sounds_of


def fill(apps: Any, schema_editor: Any) -> None:
    stores = apps.get_model("accounts", "Store")._base_manager
    for store in stores.all().iterator():
        store.sounds = sounds_of(store.name)
        store.save(update_fields=["sounds"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_recovery_codes")]

    operations = [
        migrations.AddField(
            model_name="store", name="sounds", field=models.CharField(blank=True, default="", max_length=200)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
