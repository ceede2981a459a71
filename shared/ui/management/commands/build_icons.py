"""``build_icons``: the command that draws home screen icons as PNG, from our SVG files."""

from dataclasses import dataclass
from pathlib import Path

import typst
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = ROOT / "static" / "ui" / "img"
LAYOUT = Path(__file__).with_name("icon.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """An icon file and its source drawing; ``side`` is in pixels."""

    name: str
    drawing: str
    side: int


# iOS rounds corners itself and shows transparent parts black, so iOS gets an opaque icon.
ICONS = (
    Icon(name="apple-touch-icon.png", drawing="maskable.svg", side=180),
    Icon(name="icon-192.png", drawing="favicon.svg", side=192),
    Icon(name="icon-512.png", drawing="favicon.svg", side=512),
    Icon(name="maskable-192.png", drawing="maskable.svg", side=192),
    Icon(name="maskable-512.png", drawing="maskable.svg", side=512),
)


class Command(BaseCommand):
    """Command that draws five PNG files with the PDF library."""

    help = "Make the icons in var/static-build/icons (skipped when they are up to date)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--directory``, which replaces the directory that collectstatic reads."""
        parser.add_argument(
            "--directory", type=Path, default=settings.BASE_DIR / "var" / "static-build" / "icons"
        )

    def handle(self, *args: object, directory: Path, **options: object) -> None:
        """Make the files that are missing or older than their drawing or this Python file."""
        directory.mkdir(parents=True, exist_ok=True)
        for icon in ICONS:
            target, source = directory / icon.name, DRAWINGS / icon.drawing
            if not _is_fresh(target, source):
                unfinished = target.with_suffix(".unfinished")
                unfinished.write_bytes(_drawn(icon))
                unfinished.rename(target)
                self.stdout.write(f"{target.name}: {target.stat().st_size} bytes")


def _is_fresh(target: Path, source: Path) -> bool:
    newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    return target.exists() and target.stat().st_mtime >= newest


def _drawn(icon: Icon) -> bytes:
    return bytes(
        typst.compile(
            LAYOUT,
            root=ROOT,
            format="png",
            ppi=72,
            sys_inputs={"drawing": icon.drawing, "side": str(icon.side)},
        )
    )
