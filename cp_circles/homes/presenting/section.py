"""One part of a home: the template that shows it and its values."""

from dataclasses import dataclass, field
from typing import Any

from cp_circles.people.models import Role


@dataclass(frozen=True)
class Section:
    """A role's work; `role` decides the order, `values` are what the template takes."""

    role: Role
    template: str
    values: dict[str, Any] = field(default_factory=dict)
