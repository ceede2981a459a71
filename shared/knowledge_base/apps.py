"""App configuration with an explicit label, so that moving the code renames no table."""

from django.apps import AppConfig


class KnowledgeBaseConfig(AppConfig):
    """App of articles, votes and missed searches."""

    name = "shared.knowledge_base"
    label = "answers"
