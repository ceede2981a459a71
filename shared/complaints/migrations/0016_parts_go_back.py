"""A part of a request is given back to the whole; null and constant columns cost no rewriting."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = {
    "received": "Request received",
    "assigned": "An officer was assigned",
    "question_asked": "The administration asked a question",
    "message_by_citizen": "Message from the citizen",
    "message_by_agency": "Message from the administration",
    "attachment_added": "File added",
    "note_added": "Internal note",
    "answered": "Reply sent",
    "inadmissible": "Refused as inadmissible",
    "rated": "Rating given",
    "reopened": "Re-opened by the citizen",
    "withdrawn": "Withdrawn by the citizen",
    "wait_ended": "The wait for the citizen's answer ended",
    "closed": "Closed",
    "promise_asked": "The citizen was asked whether the decision was carried out",
    "promise_told": "The citizen said whether the decision was carried out",
    "email_changed": "The citizen changed the e-mail address",
    "identity_opened": "National oversight saw the confidential identity",
    "review_asked": "The citizen asked national oversight for a review",
    "review_decided": "National oversight decided the review",
    "question_withdrawn": "The administration withdrew its question",
    "unassigned": "No officer is assigned any more",
    "unit_changed": "Handed to another unit",
    "category_changed": "The category was corrected",
    "labelled": "The labels were changed",
    "approval_asked": "A text was submitted for approval",
    "approval_returned": "A text was returned for changes",
    "approved": "A text was approved",
    "approval_withdrawn": "A text does not wait for approval any more",
    "transfer_offered": "Offered to another administration",
    "transfer_refused": "The other administration refused the case",
    "transfer_lapsed": "The other administration did not answer in time",
    "transfer_withdrawn": "The offer was taken back",
    "competence_asked": "National oversight was asked who is competent",
    "competence_decided": "National oversight decided who is competent",
    "transferred": "Handed over to another administration",
    "transfer_accepted": "Taken over from another administration",
    "split": "A part of the case was sent to another administration",
    "part_accepted": "Another administration took a part of the case over",
    "part_back": "A part of the case came back",
    "part_joined": "A part was given back: this case answers it",
    "part_ended": "A part of the case was answered or withdrawn by itself",
    "part_returned": "Given back: the whole request answers this part",
    "merged": "Merged into another case of the same person",
    "merge_received": "Another case of the same person was merged into this one",
    "unmerged": "The merge was undone",
    "term_in_15": "First reminder: the legal term ends soon",
    "term_in_5": "Second reminder: the legal term ends soon",
    "term_reached": "The last day of the legal term",
    "escalated_unit": "Overdue: brought to the head of the unit",
    "escalated_agency": "Overdue: brought to the head of the agency",
    "escalated_oversight": "Overdue: brought to national oversight",
    "interim_reply": "Interim reply with a new date",
}


class Migration(migrations.Migration):
    dependencies = [("complaints", "0015_promises")]

    contracts = "Every kind that the former release writes is on the longer list too."

    operations = [
        migrations.RemoveConstraint(model_name="complaintevent", name="event_kind"),
        migrations.AlterField(
            model_name="complaintevent",
            name="kind",
            field=models.CharField(choices=list(KINDS.items()), max_length=24),
        ),
        migrations.AddConstraint(
            model_name="complaintevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", list(KINDS))), name="event_kind"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="cut_by_code",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                help_text="Code of the agency whose officer wrote the subject and the text of "
                "this part.",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="cut_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The request out of which it was cut here: it is no request in any "
                "figure of this agency's.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="is_given_back",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A part that ended without a reply: the whole request answers what it "
                "asks.",
            ),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("cut_from__isnull", False)),
                fields=["cut_from", "id"],
                include=("status",),
                name="complaint_cut_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(("cut_from", None), ("is_part", True), _connector="OR"),
                name="complaint_cut_from_of_a_part",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_given_back", False),
                    models.Q(("is_part", True), ("status", "withdrawn")),
                    _connector="OR",
                ),
                name="complaint_given_back_is_a_part",
            ),
        ),
    ]
