"""Patterns in a circle's records that ask for a second look: each a question to people, never an accusation.

Every function gives back what it saw as (message id, values), empty when nothing stands out. The limits are a
proposal of this platform (confidence C).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cp_circles.errors import msg

LEAST_CAUSES = 3
LEAST_ACTIVITIES = 4
SITTING = timedelta(minutes=30)
NEAR_BITS = 4
MOST_SHOWN = 8
VOTES = re.compile(r"投票|举手|表决|票数|得票|打分法|\bvot(?:e|es|ed|ing)\b|show of hands", re.IGNORECASE)
DATA = re.compile(r"\d")

Seen = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Dated:
    """A record with the day it speaks of and what it is."""

    what: str
    on: date


@dataclass(frozen=True)
class Confirmation:
    """One cause confirmed: by whom, on which day, written down when, on what ground, whether as main."""

    cause: str
    person: str
    on: date | None
    written_at: datetime
    ground: str
    is_main: bool


@dataclass(frozen=True)
class Goal:
    """An indicator with its target and what was reached."""

    name: str
    target: Decimal | None
    actual: Decimal | None


@dataclass(frozen=True)
class Effect:
    """A saving: its indicator, and the days of its status (baseline) and effect (reporting) periods."""

    indicator: str
    status_days: int
    effect_days: int


@dataclass(frozen=True)
class Picture:
    """A file of one project: hash, picture print (hexadecimal digits or empty), name, project, title."""

    sha256: str
    print: str
    name: str
    project_id: int
    project: str


def dated_outside(
    records: Sequence[Dated], registered_on: date | None, reported_on: date | None
) -> list[Seen]:
    """Records whose day lies before the registration, or after the report was frozen."""
    seen: list[Seen] = []
    for one in records:
        if registered_on is not None and one.on < registered_on:
            text = msg("%(what)s is dated %(on)s, before the registration on %(limit)s.")
            seen.append((text, {"what": one.what, "on": one.on, "limit": registered_on}))
        elif reported_on is not None and one.on > reported_on:
            text = msg("%(what)s is dated %(on)s, after the report of %(limit)s.")
            seen.append((text, {"what": one.what, "on": one.on, "limit": reported_on}))
    return seen[:MOST_SHOWN]


def confirmed_at_once(rows: Sequence[Confirmation]) -> list[Seen]:
    """Three causes or more, all confirmed on one day, or written down within half an hour."""
    if len(rows) < LEAST_CAUSES:
        return []
    days = {row.on for row in rows}
    if len(days) == 1 and None not in days:
        text = msg("All %(count)s causes were confirmed on %(on)s.")
        return [(text, {"count": len(rows), "on": rows[0].on})]
    times = [row.written_at for row in rows]
    if max(times) - min(times) <= SITTING and len(days) == 1:
        text = msg("All %(count)s confirmations were written down within half an hour.")
        return [(text, {"count": len(rows)})]
    return []


def confirmed_by_one(rows: Sequence[Confirmation]) -> list[Seen]:
    """Three causes or more, all confirmed by the same person."""
    people = {row.person.strip() for row in rows}
    if len(rows) < LEAST_CAUSES or len(people) != 1 or "" in people:
        return []
    return [
        (
            msg("All %(count)s causes were confirmed by %(person)s."),
            {"count": len(rows), "person": rows[0].person.strip()},
        )
    ]


def main_causes_by_vote(rows: Sequence[Confirmation]) -> list[Seen]:
    """Main causes whose ground names a vote and holds no figure."""
    found = [row for row in rows if row.is_main and VOTES.search(row.ground) and not DATA.search(row.ground)]
    text = msg("The main cause “%(cause)s” rests on a vote; no measured figure stands beside it.")
    return [(text, {"cause": row.cause}) for row in found[:MOST_SHOWN]]


def target_after_result(target_set_at: datetime | None, result_known_at: datetime | None) -> list[Seen]:
    """A target that was set or changed after its result was recorded or claimed."""
    if target_set_at is None or result_known_at is None or target_set_at <= result_known_at:
        return []
    text = msg("The target was last changed on %(set)s; a result was recorded on %(known)s.")
    return [(text, {"set": target_set_at, "known": result_known_at})]


def target_met_exactly(goals: Sequence[Goal]) -> list[Seen]:
    """Indicators whose result equals the target to the last digit."""
    text = msg("%(name)s: target and result are both %(value)s.")
    return [
        (text, {"name": goal.name, "value": goal.actual})
        for goal in goals
        if goal.target is not None and goal.actual == goal.target
    ]


def effect_shorter(effects: Sequence[Effect]) -> list[Seen]:
    """Savings whose effect period is shorter than the status period."""
    text = msg("%(indicator)s: the effect covers %(effect)s days, the status before %(status)s days.")
    return [
        (text, {"indicator": one.indicator, "effect": one.effect_days, "status": one.status_days})
        for one in effects
        if 0 < one.effect_days < one.status_days
    ]


def other_indicator(goals: Collection[str], effects: Collection[str]) -> list[Seen]:
    """Indicators of the effect that the status and target do not know; needs both sides."""
    if not goals:
        return []
    text = msg("The effect is stated as %(effect)s, the target as %(goals)s.")
    return [
        (text, {"effect": code, "goals": ", ".join(sorted(goals))})
        for code in sorted(set(effects) - set(goals))
    ]


def everybody_always_there(attendance: Sequence[tuple[int, int]]) -> list[Seen]:
    """Four activities or more with every member (present, members) at each of them."""
    if len(attendance) < LEAST_ACTIVITIES or any(there < members for there, members in attendance):
        return []
    text = msg("All members took part in each of the %(count)s activities.")
    return [(text, {"count": len(attendance)})]


def bits_apart(one: str, other: str) -> int:
    """In how many of 64 bits two picture prints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def reused_files(own: Sequence[Picture], others: Sequence[Picture]) -> list[Seen]:
    """Files that stand in another project too: the same content, or pictures that look the same."""
    seen: dict[tuple[str, int], Seen] = {}
    same = msg("“%(name)s” also stands in the project %(project)s.")
    alike = msg("“%(name)s” looks like a picture of the project %(project)s (%(bits)s of 64 bits differ).")
    for mine in own:
        for other in others:
            if mine.project_id == other.project_id or (mine.sha256, other.project_id) in seen:
                continue
            values: dict[str, Any] = {"name": mine.name, "project": other.project}
            if mine.sha256 == other.sha256:
                seen[mine.sha256, other.project_id] = (same, values)
            elif mine.print and other.print and (bits := bits_apart(mine.print, other.print)) <= NEAR_BITS:
                seen[mine.sha256, other.project_id] = (alike, values | {"bits": bits})
    return list(seen.values())[:MOST_SHOWN]
