"""App configuration with a label of its own, which tables and migrations keep if the code moves."""

from django.apps import AppConfig


class KnowledgeBaseConfig(AppConfig):
    """App of articles, votes and missed searches."""

    name = "shared.knowledge_base"
    label = "answers"
