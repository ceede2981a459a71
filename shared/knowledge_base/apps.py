"""The app under its own label, which its tables and migrations carry wherever the code lies."""

from django.apps import AppConfig


class KnowledgeBaseConfig(AppConfig):
    """Articles, votes and searches."""

    name = "shared.knowledge_base"
    label = "answers"
