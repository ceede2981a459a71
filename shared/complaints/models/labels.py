"""Table of labels that an agency puts on its cases."""

from django.db import models
from django.db.models.functions import Lower


class Label(models.Model):
    """A word by which officers find cases; a case stores the ids of its labels."""

    name = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="label_name_once")]

    def __str__(self) -> str:
        return self.name
