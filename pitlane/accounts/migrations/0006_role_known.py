from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_store_sounds")]

    operations = [
        migrations.AddField(model_name="role", name="known", field=models.JSONField(default=list, editable=False)),
    ]
