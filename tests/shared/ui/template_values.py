"""Values of all kinds for templates, which record what a template calls and reads."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import TextChoices
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy


class Calls(list[str]):
    """What a rendering has called, in order."""

    def callable(self, name, result=None, error=None, **attributes):
        def called():
            self.append(name)
            if error is not None:
                raise error
            return result

        vars(called).update(attributes)
        return called


class Silent(Exception):
    silent_variable_failure = True


class Colour(TextChoices):
    RED = "red", gettext_lazy("Search")


class Html(str):
    def __html__(self):
        return f"<i>{self}</i>"


class Items:
    """Items and attributes of the same names; counts what is asked for."""

    name = "attribute"
    other = "attribute alone"

    def __init__(self, calls):
        self._calls = calls

    def __getitem__(self, key):
        self._calls.append(f"item {key}")
        return {"name": "item", 0: "first"}[key]


class Row:
    """An object without items, as most of a page's data."""

    plain = "<plain>"
    nothing = None

    def __init__(self, calls):
        self._calls = calls
        self.name = "row"

    @property
    def read(self):
        self._calls.append("read")
        return "<read>"

    @property
    def lacking(self):
        self._calls.append("lacking")
        raise AttributeError("inside")

    @property
    def mistyped(self):
        self._calls.append("mistyped")
        raise TypeError("inside")

    @property
    def missing_row(self):
        self._calls.append("missing row")
        raise ObjectDoesNotExist

    @property
    def broken(self):
        self._calls.append("broken")
        raise RuntimeError("inside")

    def method(self):
        self._calls.append("method")
        return {"key": "<from a method>"}

    def with_argument(self, argument):
        self._calls.append("with argument")

    def __getattr__(self, name):
        self._calls.append(f"no attribute {name}")
        raise AttributeError(name)


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    inner: object = None


class Kind:
    """A class that makes an object where a template calls it."""

    label = "made"


def values(calls):
    """The variables of a rendering by name."""
    row = Row(calls)
    return {
        "text": "<b>&'\"",
        "safe": SafeString("<b>"),
        "html": Html("<b>"),
        "lazy": gettext_lazy("Search"),
        "choice": Colour.RED,
        "none": None,
        "yes": True,
        "zero": 0,
        "number": 1234567,
        "decimal": Decimal("1234.5"),
        "float": 0.1,
        "day": date(2026, 11, 24),
        "moment": datetime(2026, 11, 24, 23, 30, tzinfo=UTC),
        "list": ["<one>", "two", Frozen("three")],
        "pairs": [("a", 1), ("b", 2)],
        "empty": [],
        "endless": (number for number in range(3)),
        "dict": {"key": "<value>", "items": "an item", "inner": {"row": row}, "0": "text"},
        "number_keys": {0: "by number"},
        "row": row,
        "frozen": Frozen("<frozen>", inner=Frozen("inner", inner=row)),
        "items_of": Items(calls),
        "context_of": Context({"name": "in a context"}),
        "kind": Kind,
        "colours": Colour,
        "call": calls.callable("call", result={"key": calls.callable("inner", result="<called>")}),
        "changing": calls.callable("changing", alters_data=True),
        "uncalled": calls.callable("uncalled", do_not_call_in_templates=True, label="not called"),
        "silent": calls.callable("silent", error=Silent()),
        "loud": calls.callable("loud", error=RuntimeError("loud")),
        "mistyped": calls.callable("mistyped", error=TypeError("inside")),
        "bytes_of": calls.callable("bytes", error=UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")),
        "needs_one": row.with_argument,
        "builtin": dict.fromkeys,
        "forloop_of": "outside",
    }
