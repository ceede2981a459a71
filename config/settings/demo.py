"""The additional settings of the demonstration."""

from typing import Any


def demo_install(app_lists: list[list[str]], templates: list[dict[str, Any]]) -> None:
    """Add the demonstration's app and its list of accounts on sign-in pages to the settings."""
    for apps in app_lists:
        apps.append("demo")
    templates[0]["OPTIONS"]["context_processors"].append("demo.context_processors.demo_accounts")
