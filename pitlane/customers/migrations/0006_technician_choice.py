"""The preferred technician becomes one of the staff; what was written before is kept as a note where nobody matches."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from pitlane.core.ids import public_id


def choose(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    staff: dict[tuple[int, str], list[int]] = {}
    people = apps.get_model("accounts", "Staff")._base_manager.using(alias)
    for pk, org_id, name in people.values_list("pk", "org_id", "name"):
        staff.setdefault((org_id, name), []).append(pk)
    customers = apps.get_model("customers", "Customer")._base_manager.using(alias)
    for row in customers.filter(preferences__has_key="technician").only("pk", "org_id", "preferences").iterator():
        written = str(row.preferences.pop("technician") or "").strip()
        found = staff.get((row.org_id, written), [])
        if len(found) == 1:
            row.preferences |= {"technician": public_id("stf", found[0]), "technician_name": written}
        elif written:
            row.preferences["technician_note"] = written
        row.save(update_fields=["preferences"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "__first__"), ("customers", "0005_export_kinds")]
    operations = [migrations.RunPython(choose, migrations.RunPython.noop)]
