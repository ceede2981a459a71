"""A wizard, which shows one question per page and stores each answer at once."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=Any)


class StepForm(forms.Form, Generic[A]):
    """The form of one step; its initial values are the stored answers."""

    mark_optional = True
    title: str | Promise = ""
    lead: str | Promise = ""

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        answers: A,
        language: str,
    ) -> None:
        super().__init__(data=data, files=files, initial=self.initial_of(answers))
        self.answers = answers
        self.page_language = language
        self.prepare()

    @staticmethod
    def initial_of(answers: Any) -> dict[str, object]:
        """Return the answers as a dict, keyed by the names of the form fields."""
        return {name: getattr(answers, name) for name in answers.__dataclass_fields__}

    def prepare(self) -> None:
        """Adapt the fields to the answers; the constructor calls this method last."""

    def to_answers(self) -> A:
        """Return all answers, with the new answers of this step."""
        return replace(self.answers, **self.cleaned_data)


class Wizard(ABC, Generic[S]):
    """The steps of a wizard for one person, and the order of their pages.

    ``parts`` are lists of steps; the page of a step shows the number of its part. The count of
    parts is the same for everybody, even if steps are left out.
    """

    parts: ClassVar[Sequence[Sequence[Any]]]
    pages: ClassVar[Mapping[Any, str]]
    # The URL name of the page before the first step.
    start_page: ClassVar[str]
    # Whether a user who changes an answer from the check page must also answer the open steps
    # before the check page is shown again.
    keeps_change: ClassVar[bool] = False

    def __init__(self, *, left_out: Collection[S] = ()) -> None:
        self.order: list[S] = [step for part in self.parts for step in part]
        self.steps = [step for step in self.order if step not in left_out]

    @abstractmethod
    def is_answered(self, step: S) -> bool:
        """Return whether a step has a valid answer."""

    def number(self, step: S) -> int:
        """Return the number of the part of a step, from 1."""
        return next(at for at, part in enumerate(self.parts, start=1) if step in part)

    def open_step(self, *, before: S | None = None) -> S | None:
        """Return the first unanswered step before ``before`` (by default the last step)."""
        at = self.order.index(before or self.order[-1])
        earlier = [step for step in self.order[:at] if step in self.steps]
        return next((step for step in earlier if not self.is_answered(step)), None)

    def detour(self, step: S) -> S | None:
        """Return the step that must be shown instead of ``step``, or ``None``.

        Returns an earlier unanswered step. If ``step`` is left out for this person, returns the
        first unanswered step or the last step.
        """
        gap = self.open_step(before=step)
        return gap if gap or step in self.steps else self.open_step() or self.order[-1]

    def next_page(self, request: HttpRequest, step: S) -> HttpResponse:
        """Return a redirect to the next step.

        After a changed answer it leads to the first unanswered step, or to the check page.
        """
        if "change" not in request.GET:
            following = self.order[self.order.index(step) + 1 :]
            return redirect(self.pages[next(one for one in following if one in self.steps)])
        target = self.open_step() or self.order[-1]
        keeps = self.keeps_change and target is not self.order[-1]
        return redirect(f"{reverse(self.pages[target])}{'?change=1' if keeps else ''}")

    def back_url(self, request: HttpRequest, step: S) -> str:
        """Return the address of the previous step, or of the check page for a changed answer."""
        leading = [one for one in self.order[: self.order.index(step)] if one in self.steps]
        previous = self.order[-1] if "change" in request.GET else [step, *leading][-1]
        return reverse(self.start_page if previous is step else self.pages[previous])

    def context(self, request: HttpRequest, step: S) -> dict[str, object]:
        """Return the template context of a step's page: part, count of parts, address of "back"."""
        return {
            "number": self.number(step),
            "total": len(self.parts),
            "back_url": self.back_url(request, step),
        }
