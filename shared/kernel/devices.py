"""Browser and system of a ``User-Agent`` header: two words of short lists, and nothing more.

The header is long enough to tell one telephone from another: it is read here and stored nowhere.
"""

from dataclasses import dataclass

# In this order: Edge, Opera and Samsung's say that they are Chrome, and Chrome that it is Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
# iPads say that they are Macs; Android says that it is Linux.
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A browser and a system by the names that their makers gave them; blank when unknown."""

    browser: str = ""
    system: str = ""


def device_of(user_agent: str) -> Device:
    """Return the browser and system that a ``User-Agent`` header names."""
    return Device(browser=_first(BROWSERS, user_agent), system=_first(SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], line: str) -> str:
    return next((name for mark, name in known if mark in line), "")
