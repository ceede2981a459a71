from pathlib import Path

import pytest
from django.core.management import call_command
from PIL import Image

from shared.ui.management.commands.build_icons import ICONS

GREEN = (0x0D, 0x5A, 0x3F)
LARGEST = 20 * 1024


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The icons as the command makes them, in a folder of their own."""
    folder = tmp_path_factory.mktemp("icons")
    call_command("build_icons", directory=folder, verbosity=0)
    return folder


def corner_and_colours(path):
    with Image.open(path) as picture:
        content = picture.convert("RGBA").tobytes()
    pixels = {tuple(content[place : place + 4]) for place in range(0, len(content), 4)}
    return tuple(content[:4]), {pixel[:3] for pixel in pixels}


def test_each_icon_has_its_size_and_is_light(icons):
    found = {}
    for path in icons.glob("*.png"):
        with Image.open(path) as picture:
            found[path.name] = picture.size
        assert path.stat().st_size < LARGEST

    assert found == {icon.name: (icon.side, icon.side) for icon in ICONS}


@pytest.mark.parametrize("name", ["apple-touch-icon.png", "maskable-192.png", "maskable-512.png"])
def test_what_a_telephone_cuts_into_shape_is_filled_to_the_corner(icons, name):
    corner, _colours = corner_and_colours(icons / name)

    assert corner == (*GREEN, 255)


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.name)
def test_the_drawing_is_on_it(icons, icon):
    _corner, colours = corner_and_colours(icons / icon.name)

    assert {GREEN, (0xFF, 0xFF, 0xFF), (0xE4, 0xBD, 0x55)} <= colours


def test_files_that_are_up_to_date_are_left_alone(icons):
    before = {path: path.stat().st_mtime_ns for path in icons.iterdir()}

    call_command("build_icons", directory=icons, verbosity=0)

    assert {path: path.stat().st_mtime_ns for path in icons.iterdir()} == before
