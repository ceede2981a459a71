"""Write down nationally which agency held a case from when to when."""

from django.db import migrations, models

CAUSES = {
    "filed": "Filed with it",
    "split": "Cut out of another request",
    "accepted": "It accepted an offer",
    "decided": "National oversight decided it",
    "objection": "A part given back as its citizen wished",
    "restored": "Restored from an export",
}


class Migration(migrations.Migration):
    dependencies = [("tenants", "0021_printed_receipt_codes")]

    operations = [
        migrations.CreateModel(
            name="CaseHolding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=16)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="1 for who held it first, then 2, 3..."
                    ),
                ),
                ("schema_name", models.CharField(max_length=63)),
                ("cause", models.CharField(choices=list(CAUSES.items()), max_length=10)),
                (
                    "organisation_code",
                    models.CharField(
                        blank=True,
                        help_text="The body that is competent there; blank if unknown.",
                        max_length=64,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="Empty: it holds the case.", null=True)),
                (
                    "first_position",
                    models.PositiveIntegerField(
                        help_text="Of the event with which it began there; empty if unknown.",
                        null=True,
                    ),
                ),
                (
                    "story",
                    models.JSONField(
                        help_text="What the agency told of its days when it handed the case over, "
                        "without names.",
                        null=True,
                    ),
                ),
                (
                    "written",
                    models.JSONField(
                        help_text="Keyed digests of what was said in the case until then.",
                        null=True,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cause__in", list(CAUSES))), name="case_holding_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="case_holding_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        fields=("reference", "number"), name="case_holding_in_order"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("reference",),
                        name="case_held_by_one",
                    ),
                ],
            },
        ),
    ]
