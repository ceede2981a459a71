"""The insertion of a defect into the functions and templates that are in this process's memory."""

import gc
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import FunctionType

from bench.defect_changes import code_pairs
from bench.defect_drawing import ROOT, Defect
from bench.measuring import require


def modules_import(defects: Iterable[Defect]) -> None:
    """Import the modules to be changed, because a later import would undo the change."""
    for file in sorted({one.file for one in defects if one.change.function}):
        import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def put_in(defect: Defect) -> int:
    """Put the defect into the code in memory; return the number of changed functions or loaders."""
    text = (ROOT / defect.file).read_text()
    changed = defect.change.put_into(text)
    if defect.change.function:
        return _functions_change(defect, text, changed)
    return _template_change(ROOT / defect.file, changed)


def _functions_change(defect: Defect, text: str, changed: str) -> int:
    path = str(ROOT / defect.file)
    codes = {
        (old.co_qualname, old.co_firstlineno): new
        for old, new in code_pairs(text, changed, defect.change.function, path)
    }
    found = 0
    for function in _functions(path):
        code = function.__code__
        new = codes.get((code.co_qualname, code.co_firstlineno))
        if new is not None:
            function.__code__ = new
            found += 1
    require(found, f"{defect.shown()}: the function is not in memory")
    return found


def _functions(path: str) -> list[FunctionType]:
    """Return all functions of a file that are in memory, including decorated functions."""
    # The garbage collector does not list frozen objects.
    gc.unfreeze()
    found = [
        one
        for one in gc.get_objects()
        if type(one) is FunctionType and one.__code__.co_filename == path
    ]
    gc.freeze()
    return found


def _template_change(path: Path, changed: str) -> int:
    # Imported here, because Django's settings are not ready before pytest has started.
    from django.template import Origin, engines  # noqa: PLC0415
    from django.template.backends.django import DjangoTemplates  # noqa: PLC0415
    from django.template.loaders import filesystem  # noqa: PLC0415

    contents = filesystem.Loader.get_contents

    def with_defect(self: filesystem.Loader, origin: Origin) -> str:
        return changed if str(origin.name) == str(path) else str(contents(self, origin))

    filesystem.Loader.get_contents = with_defect  # type: ignore[method-assign]
    loaders = [
        loader
        for engine in engines.all()
        if isinstance(engine, DjangoTemplates)
        for loader in engine.engine.template_loaders
    ]
    for loader in loaders:
        loader.reset()
    return len(loaders)
