from django.db import migrations, models

PURPOSES = {
    "open": "Open the request",
    "rate": "Rate the reply",
    "promise": "Say whether the decision was carried out",
    "file": "File the request with the competent body",
    "old_email": "Prove the former e-mail address",
    "new_email": "Prove the new e-mail address",
    "given_email": "Prove the e-mail address given with the request",
}


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_route_is_email_proved")]

    operations = [
        migrations.RemoveConstraint(model_name="linktoken", name="link_purpose_known"),
        migrations.AlterField(
            model_name="linktoken",
            name="purpose",
            field=models.CharField(choices=list(PURPOSES.items()), max_length=12),
        ),
        migrations.AddConstraint(
            model_name="linktoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", list(PURPOSES))), name="link_purpose_known"
            ),
        ),
    ]
