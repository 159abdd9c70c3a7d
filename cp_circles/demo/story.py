"""What is told of a demo project: its topic, place, people, days and figures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cp_circles.demo.content import Topic


@dataclass(frozen=True)
class Story:
    """A project's facts while its records are written: topic, place, people, days and figures."""

    topic: Topic
    place: str
    people: tuple[str, ...]
    day: date
    unit: str
    before: Decimal
    target: Decimal
    after: Decimal
    monthly_after: tuple[tuple[str, Decimal], ...]
    number: str
    benefit: str

    @property
    def mains(self) -> list[str]:
        """The main causes."""
        return [cause for cause, main in zip(self.topic.causes, self.topic.main, strict=True) if main]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each main cause with its countermeasure."""
        return list(zip(self.mains, self.topic.measures, strict=False))

    def person(self, place: int) -> str:
        """One of the circle's people."""
        return self.people[place % len(self.people)]
