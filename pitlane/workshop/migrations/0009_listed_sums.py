"""The indexes of the list of orders hold what it adds up: no row is read for the sum."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workshop", "0008_open_orders"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="repairorder",
            name="workshop_order_recent",
        ),
        migrations.RemoveIndex(
            model_name="repairorder",
            name="workshop_order_state",
        ),
        migrations.RemoveIndex(
            model_name="repairorder",
            name="workshop_order_advisor",
        ),
        migrations.RemoveIndex(
            model_name="repairorder",
            name="workshop_order_type",
        ),
        migrations.AddIndex(
            model_name="repairorder",
            index=models.Index(fields=["org", "store", "-opened_at", "-id", "total"], name="workshop_order_recent"),
        ),
        migrations.AddIndex(
            model_name="repairorder",
            index=models.Index(
                fields=["org", "store", "state", "-opened_at", "-id", "total"], name="workshop_order_state"
            ),
        ),
        migrations.AddIndex(
            model_name="repairorder",
            index=models.Index(
                fields=["org", "store", "order_type", "-opened_at", "-id", "total"], name="workshop_order_type"
            ),
        ),
        migrations.AddIndex(
            model_name="repairorder",
            index=models.Index(
                fields=["org", "advisor", "-opened_at", "-id", "store", "total"], name="workshop_order_advisor"
            ),
        ),
    ]
