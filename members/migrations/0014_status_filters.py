from django.db import migrations, models


class Migration(migrations.Migration):
    """What leads to the few who are suspended, dead, or yet to begin, and all that counting by tier asks for."""

    dependencies = [
        ("members", "0013_bulk_refusals"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("died_on__isnull", False)), fields=["died_on"], name="contact_by_death"
            ),
        ),
        migrations.AddIndex(
            model_name="membershipdecision",
            index=models.Index(fields=["kind", "starts_on"], name="decision_by_kind"),
        ),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(fields=["starts_on"], name="term_by_start"),
        ),
        migrations.RemoveIndex(model_name="term", name="term_by_end"),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(fields=["ends_on", "starts_on", "tier", "membership"], name="term_by_end"),
        ),
    ]
