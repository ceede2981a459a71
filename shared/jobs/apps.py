"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Tasks, their schedule, and jobs with named steps."""

    name = "shared.jobs"
    label = "jobs"
