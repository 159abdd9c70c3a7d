"""A published rule in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from cp_circles.judging.models import Round
from cp_circles.judging.presenting.names import stage_name, track_name
from cp_circles.judging.presenting.severity import severity_sentence
from cp_circles.rulesets.schema import AwardScheme, RoundRule, Rubric
from cp_circles.rulesets.schema.rounds import CriterionMeanTie, StageMeanTie
from cp_circles.web.formats import number, yuan
from cp_circles.web.i18n import locale_name


@dataclass(frozen=True)
class RuleLine:
    """One sentence of a published rule, with the mark of its source."""

    term: str
    text: str
    confidence: str = ""


def rule_lines(round_: Round, rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]) -> list[RuleLine]:
    """The whole published rule in sentences."""
    locale = locale_name()
    lines = [_stage_line(stage, locale) for stage in rule.stages]
    lines += [_trim_line(rule), _rounding_line(rule), _ties_line(rule, rubrics), _cut_line(rule)]
    lines.append(RuleLine(_("Severity of judges"), severity_sentence(rule.severity)))
    lines += [*_settings_lines(round_, rule), *_disagreement_lines(rule)]
    grounds = [*[g.names.in_(locale) for g in rule.recusal_grounds], _("member of the circle")]
    lines.append(RuleLine(_("Recusal"), _("; ").join(grounds)))
    lines += _review_lines(rule)
    return lines + [_rubrics_line(track, by_stage, rule) for track, by_stage in rubrics.items()]


def _review_lines(rule: RoundRule) -> list[RuleLine]:
    """The points of the formal review, where the rule has a checklist."""
    if not rule.formal_checks:
        return []
    names = [check.names.in_(locale_name()) for check in rule.formal_checks]
    return [RuleLine(_("Formal review"), _("; ").join(names))]


def award_lines(scheme: AwardScheme | None) -> list[RuleLine]:
    """What the round's scheme gives: each award with its number, least score and rewards."""
    if scheme is None:
        return []
    locale, lines = locale_name(), []
    for tier in scheme.awards:
        count = number(tier.amount.value)
        many = _("%(count)s at the most", count=count) if tier.quota == "count" else f"{count} %"
        parts = [many, _("from %(points)s points", points=number(tier.min_score.value))]
        parts += [tier.honorary.in_(locale), *_money(tier.material.value)]
        lines.append(RuleLine(tier.names.in_(locale), _("; ").join(parts), tier.amount.confidence))
    for special in scheme.special:
        parts = [_("%(count)s at the most", count=number(special.most.value)), _("chosen with a reason")]
        parts += [special.honorary.in_(locale), *_money(special.material.value)]
        lines.append(RuleLine(special.names.in_(locale), _("; ").join(parts), special.most.confidence))
    return lines


def _money(sum_: Decimal) -> list[str]:
    return [yuan(sum_, 0)] if sum_ else []


def _trim_line(rule: RoundRule) -> RuleLine:
    trim = rule.trim
    if trim is None:
        return RuleLine(_("Highest and lowest"), _("No score is dropped."))
    return RuleLine(
        _("Highest and lowest"),
        _(
            "With %(count)s or more valid scores in a stage, %(high)s highest and %(low)s lowest"
            " are dropped;"
            " of equal scores the one of the later judge counts as higher.",
            count=number(trim.from_scores.value),
            high=number(trim.high.value),
            low=number(trim.low.value),
        ),
        trim.from_scores.confidence,
    )


def _rounding_line(rule: RoundRule) -> RuleLine:
    return RuleLine(
        _("Rounding"),
        _(
            "Each scaled score, each stage mean and the total are rounded half up to %(places)s decimals."
            " Abstained and recused judges are not counted, and never as zero.",
            places=number(rule.decimals.value),
        ),
        rule.decimals.confidence,
    )


def _ties_line(rule: RoundRule, rubrics: Mapping[str, Mapping[str, Rubric]]) -> RuleLine:
    names = criterion_names(by for by_stage in rubrics.values() for by in by_stage.values())
    ties = [tie_sentence(tie, rule, names) for tie in rule.tie_order]
    ties.append(_("what is then still equal shares the place"))
    return RuleLine(_("Equal totals"), _("; ").join(ties), rule.tie_order_from.confidence)


def _cut_line(rule: RoundRule) -> RuleLine:
    cut = {
        "promote_all": _("Who is tied across the quota all goes up."),
        "deliberate": _("The places decide; who still shares the last place of the quota does not go up."),
        "none": _("Who is tied across the quota does not go up."),
    }
    return RuleLine(_("At the cut"), cut[rule.tie_at_cut])


def _settings_lines(round_: Round, rule: RoundRule) -> list[RuleLine]:
    """What the organiser has set: pass mark, reserve, publicity."""
    return [
        RuleLine(
            _("Pass mark"),
            _(
                "%(points)s of %(total)s points",
                points=number(round_.pass_mark),
                total=number(rule.total.value),
            ),
            rule.pass_mark.confidence,
        ),
        RuleLine(
            _("Reserve"),
            _("entries in each track: %(count)s", count=round_.reserve_places),
            rule.reserve_count.confidence,
        ),
        RuleLine(
            _("Publicity"),
            _(
                "%(days)s working days; the day of publication does not count; while an objection"
                " is open, the clock stands still",
                days=round_.publicity_days,
            ),
            rule.publicity_days.confidence,
        ),
    ]


def _disagreement_lines(rule: RoundRule) -> list[RuleLine]:
    limits = rule.disagreement
    if limits is None:
        return []
    text = _(
        "from %(first)s %% of the sheet's maximum on the panel deliberates,"
        " from %(second)s %% on with a third reading",
        first=number(limits.deliberate_from.value),
        second=number(limits.third_reader_from.value),
    )
    return [RuleLine(_("Disagreement"), text, limits.deliberate_from.confidence)]


def _rubrics_line(track: str, by_stage: Mapping[str, Rubric], rule: RoundRule) -> RuleLine:
    locale = locale_name()
    names = [
        stage_name(rule, stage) + _(": ") + rubric.names.in_(locale) for stage, rubric in by_stage.items()
    ]
    return RuleLine(_("Rubrics, %(track)s", track=track_name(track)), _("; ").join(names))


def _stage_line(stage: Any, locale: str) -> RuleLine:
    name = stage.names.in_(locale)
    scale, weight = Decimal(stage.scale.value), Decimal(stage.weight.value)
    parts = []
    if scale != 1:
        parts.append(_("each judge's total is first multiplied by %(scale)s", scale=number(scale)))
    parts.append(_("the mean over the judges counts %(weight)s %%", weight=number(weight)))
    fewest = stage.min_judges.value
    parts.append(
        _("at least %(count)s judges", count=number(fewest)) if fewest != 1 else _("at least one judge")
    )
    if stage.talk_minutes is not None:
        parts.append(_("talk %(minutes)s minutes", minutes=number(stage.talk_minutes.value)))
    if stage.question_minutes is not None:
        parts.append(_("questions %(minutes)s minutes", minutes=number(stage.question_minutes.value)))
    parts.append(_("blind: company, circle and people are masked") if stage.blind else _("not blind"))
    return RuleLine(name, _("; ").join(parts), stage.weight.confidence)


def criterion_names(rubrics: Iterable[Rubric]) -> dict[str, str]:
    """The names of all criteria of some rubrics by key."""
    locale = locale_name()
    return {row.key: row.names.in_(locale) for rubric in rubrics for row in rubric.criteria}


def tie_sentence(tie: Any, rule: RoundRule, names: Mapping[str, str]) -> str:
    """One key of the tie order in words."""
    if isinstance(tie, StageMeanTie):
        stage = stage_name(rule, tie.stage)
        if rule.stage(tie.stage) is None:
            return _(
                "the higher mean of the stage %(stage)s of an earlier round, where every entry has one",
                stage=stage,
            )
        return _("the higher mean of the stage %(stage)s", stage=stage)
    if isinstance(tie, CriterionMeanTie):
        known = [names[key] for key in tie.criteria if key in names]
        return _("the higher mean of the criterion %(keys)s", keys=" / ".join(known))
    return _("the higher mean without dropping scores")


def tie_key_text(key: str, rule: RoundRule, names: Mapping[str, str]) -> str:
    """A stored tie key in words."""
    kind, _sep, name = key.partition(":")
    if kind == "stage":
        return _("mean of the stage %(stage)s", stage=stage_name(rule, name))
    if kind == "criterion":
        return _("mean of the criterion %(keys)s", keys=names.get(name.rpartition(".")[2], name))
    return _("mean without dropping scores")
