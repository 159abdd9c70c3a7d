"""Who may publish a ruleset, and whether a new edition fits the packs that it names."""

from collections.abc import Mapping

from cp_circles.errors import msg
from cp_circles.people.rules import Actor
from cp_circles.rulesets.loader import Problem, unknown_tracks
from cp_circles.rulesets.schema import Factors, Indicators, Pack, RoundRule, Rubric

ALONE = ("indicators", "vocabulary")
RELATED = ("track", "rubric", "round_rule", "factors", *ALONE)


def can_publish(actor: Actor) -> bool:
    """True for an administrator of the platform."""
    return bool(actor.is_administrator)


def misfits(pack: Pack, others: Mapping[str, Mapping[str, Pack]], text: str) -> tuple[Problem, ...]:
    """What no longer fits once this pack (with its text) is in force; `others`: newest packs by kind and key.

    Every track that is named must have its pack, a rule must find its rubrics and add up to its total, a
    catalogue must find its factors, and a new rubric or pack of factors must not break what stands.
    """
    if pack.kind in ALONE and set(others.get(pack.kind, {})) - {pack.key}:
        text = msg("This kind has one pack only; use the key %(key)s.")
        return (_problem("key", text, key=", ".join(others[pack.kind])),)
    unknown = unknown_tracks(pack, others.get("track", {}), text)
    if unknown:
        return unknown
    world = {kind: dict(packs) for kind, packs in others.items()}
    world.setdefault(pack.kind, {})[pack.key] = pack
    touched = [one for one in _standing(world) if one is pack or _names(one, pack)]
    return tuple(problem for one in touched for problem in _unfit(one, world))


def _standing(world: Mapping[str, Mapping[str, Pack]]) -> list[Pack]:
    return [*world.get("round_rule", {}).values(), *world.get("indicators", {}).values()]


def _names(one: Pack, other: Pack) -> bool:
    if isinstance(one, RoundRule) and isinstance(other, Rubric):
        return any(row.rubric == other.key for stage in one.stages for row in stage.rubrics)
    return isinstance(one, Indicators) and isinstance(other, Factors) and one.factors == other.key


def _unfit(pack: Pack, world: Mapping[str, Mapping[str, Pack]]) -> tuple[Problem, ...]:
    if isinstance(pack, RoundRule):
        return _unknown_rubrics(pack, world.get("rubric", {}))
    if isinstance(pack, Indicators):
        return _unknown_factors(pack, world.get("factors", {}))
    return ()


def _unknown_rubrics(rule: RoundRule, rubrics: Mapping[str, Pack]) -> tuple[Problem, ...]:
    named = {row.rubric for stage in rule.stages for row in stage.rubrics}
    text = msg("No rubric has the key %(key)s; publish it first, or correct the name.")
    unknown = tuple(_problem("stages", text, key=key) for key in sorted(named - set(rubrics)))
    return unknown or _unfit_rubrics(rule, rubrics) or _wrong_totals(rule, rubrics)


def _unfit_rubrics(rule: RoundRule, rubrics: Mapping[str, Pack]) -> tuple[Problem, ...]:
    text = msg("In rule %(rule)s, rubric %(rubric)s is not made for track %(track)s; correct one of them.")
    return tuple(
        _problem(
            f"stages[{number}].rubrics[{place}].rubric",
            text,
            rule=rule.key,
            rubric=row.rubric,
            track=row.track,
        )
        for number, stage in enumerate(rule.stages)
        for place, row in enumerate(stage.rubrics)
        if isinstance(rubric := rubrics[row.rubric], Rubric) and row.track not in rubric.tracks
    )


def _wrong_totals(rule: RoundRule, rubrics: Mapping[str, Pack]) -> tuple[Problem, ...]:
    text = msg(
        "In rule %(rule)s, track %(track)s adds up to %(points)s points, not to %(total)s; correct it."
    )
    found = []
    for track in rule.tracks:
        points = sum(
            rubric.total * stage.scale.value * stage.weight.value / 100
            for stage in rule.stages
            if isinstance(rubric := rubrics.get(stage.rubric_for(track) or ""), Rubric)
        )
        if points != rule.total.value:
            found.append(
                _problem("stages", text, rule=rule.key, track=track, points=points, total=rule.total.value)
            )
    return tuple(found)


def _unknown_factors(catalogue: Indicators, factors: Mapping[str, Pack]) -> tuple[Problem, ...]:
    pack = factors.get(catalogue.factors)
    if not isinstance(pack, Factors):
        text = msg("No pack of factors has the key %(key)s; publish it first, or correct the name.")
        return (_problem("factors", text, key=catalogue.factors),)
    text = msg("Indicator %(code)s names the factor %(key)s, which the pack does not have; correct the name.")
    return tuple(
        _problem("indicators", text, code=indicator.code, key=key)
        for indicator in catalogue.indicators
        for key in (indicator.kgce, indicator.kgco2, indicator.price)
        if key and pack.factor(key) is None
    )


def _problem(place: str, msgid: str, **values: object) -> Problem:
    return Problem("(text)", 1, place, msgid, values)
