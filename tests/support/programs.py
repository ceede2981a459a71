"""The programs of ``bin/``, which have no ending that Python would import them by."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def program(name: str) -> ModuleType:
    """The code of ``bin/NAME``, read anew; nothing is run."""
    loader = SourceFileLoader(f"{name}_program", str(ROOT / "bin" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module
