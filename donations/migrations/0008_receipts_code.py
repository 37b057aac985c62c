from django.db import migrations, models

import donations.models.receipt


class Migration(migrations.Migration):
    """A code on each receipt from now on. In two steps: a default would give all receipts of before the same one."""

    dependencies = [("donations", "0007_metal_prices")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="code",
            field=models.CharField(editable=False, max_length=32, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="code",
            field=models.CharField(
                default=donations.models.receipt.new_receipt_code,
                editable=False,
                max_length=32,
                null=True,
                unique=True,
            ),
        ),
    ]
