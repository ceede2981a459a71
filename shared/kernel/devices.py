"""Browser and operating system in a ``User-Agent`` header, as names from two short lists.

Only these names are stored, because the whole header could identify one telephone.
"""

from dataclasses import dataclass

# The order matters, because Edge, Opera and Samsung's browser also name Chrome, and Chrome names
# Safari.
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
# The order matters, because iPads also name Macintosh, and Android also names Linux.
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
    """A browser and an operating system by their makers' names; blank if unknown."""

    browser: str = ""
    system: str = ""


def device_of(user_agent: str) -> Device:
    """Return the browser and the operating system that a ``User-Agent`` header names."""
    return Device(browser=_first(BROWSERS, user_agent), system=_first(SYSTEMS, user_agent))


def _first(known: tuple[tuple[str, str], ...], line: str) -> str:
    return next((name for mark, name in known if mark in line), "")
