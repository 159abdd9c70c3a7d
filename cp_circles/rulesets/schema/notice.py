"""The notice on the use of personal data that a person agrees to: sections, and what follows a withdrawal."""

from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.rulesets.schema.base import Key, Names, Pack, Strict, refuse_repeated


class NoticeSection(Strict):
    """One section of the notice: its heading and its text."""

    key: Key
    names: Names
    text: Names


class Notice(Pack):
    """A notice in sections; `withdrawal` says what follows when somebody takes their consent back."""

    kind: Literal["consent"]
    sections: tuple[NoticeSection, ...] = Field(min_length=1)
    withdrawal: Names

    @model_validator(mode="after")
    def _sections_differ(self) -> Self:
        refuse_repeated(section.key for section in self.sections)
        return self
