"""Tracks: the groups in which results are judged apart from one another, each a pack of its own."""

from collections.abc import Iterator
from functools import singledispatch
from typing import Any, Literal

from cp_circles.rulesets.schema.base import Names, Pack
from cp_circles.rulesets.schema.method import Method
from cp_circles.rulesets.schema.rounds import RoundRule
from cp_circles.rulesets.schema.rubric import Rubric

Place = tuple[str | int, ...]


class Track(Pack):
    """One group of entries: its key is the code that methods, rubrics and round rules name."""

    kind: Literal["track"]
    describes: Names


@singledispatch
def tracks_named(pack: Any) -> Iterator[tuple[Place, str]]:
    """Each place of a pack that names a track, with the track's key; most kinds name none."""
    yield from ()


@tracks_named.register
def _(pack: Method) -> Iterator[tuple[Place, str]]:
    yield ("track",), pack.track
    for place, key in enumerate(pack.otherwise):
        yield ("otherwise", place), key


@tracks_named.register
def _(pack: Rubric) -> Iterator[tuple[Place, str]]:
    for place, key in enumerate(pack.tracks):
        yield ("tracks", place), key


@tracks_named.register
def _(pack: RoundRule) -> Iterator[tuple[Place, str]]:
    for number, stage in enumerate(pack.stages):
        for place, row in enumerate(stage.rubrics):
            yield ("stages", number, "rubrics", place, "track"), row.track
