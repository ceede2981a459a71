"""App configuration of the knowledge base, with a fixed label, which is part of table names."""

from django.apps import AppConfig


class KnowledgeBaseConfig(AppConfig):
    """The app of articles, votes and missed searches."""

    name = "shared.knowledge_base"
    label = "answers"
