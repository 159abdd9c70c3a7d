"""The schema of every kind of pack; `KINDS` maps the kind to its model."""

from cp_circles.rulesets.schema.base import Confidence, Names, Pack, Provenance, Rated
from cp_circles.rulesets.schema.duties import DutySheet, SheetItem
from cp_circles.rulesets.schema.figures import (
    KJ_PER_KGCE,
    Factor,
    Factors,
    Indicator,
    Indicators,
    Metric,
    Term,
    TermList,
    Vocabulary,
)
from cp_circles.rulesets.schema.gates import Gate
from cp_circles.rulesets.schema.mapping import Mapping
from cp_circles.rulesets.schema.method import Choice, Method, Phase, RecordField, RecordKind, Step
from cp_circles.rulesets.schema.notice import Notice, NoticeSection
from cp_circles.rulesets.schema.panel_costs import PairCost, PanelCosts
from cp_circles.rulesets.schema.rewards import FixedReward, RewardRule, SpecialAward
from cp_circles.rulesets.schema.rounds import (
    AwardScheme,
    AwardTier,
    FormalCheck,
    Ground,
    Ladder,
    RoundPhase,
    RoundRule,
    Route,
    StageRule,
    Trim,
)
from cp_circles.rulesets.schema.rubric import Criterion, Level, Rubric
from cp_circles.rulesets.schema.tables import TABLE_COLUMNS, Industries, IndustryRow, RegionRow, Regions
from cp_circles.rulesets.schema.track import Track, tracks_named

KINDS: dict[str, type[Pack]] = {
    "track": Track,
    "method": Method,
    "rubric": Rubric,
    "round_rule": RoundRule,
    "ladder": Ladder,
    "award_scheme": AwardScheme,
    "factors": Factors,
    "indicators": Indicators,
    "vocabulary": Vocabulary,
    "regions": Regions,
    "industries": Industries,
    "mapping": Mapping,
    "duty_sheet": DutySheet,
    "consent": Notice,
    "panel_costs": PanelCosts,
    "reward_rule": RewardRule,
}

__all__ = [
    "KINDS",
    "KJ_PER_KGCE",
    "TABLE_COLUMNS",
    "AwardScheme",
    "AwardTier",
    "Choice",
    "Confidence",
    "Criterion",
    "DutySheet",
    "Factor",
    "Factors",
    "FixedReward",
    "FormalCheck",
    "Gate",
    "Ground",
    "Indicator",
    "Indicators",
    "Industries",
    "IndustryRow",
    "Ladder",
    "Level",
    "Mapping",
    "Method",
    "Metric",
    "Names",
    "Notice",
    "NoticeSection",
    "Pack",
    "PairCost",
    "PanelCosts",
    "Phase",
    "Provenance",
    "Rated",
    "RecordField",
    "RecordKind",
    "RegionRow",
    "Regions",
    "RewardRule",
    "RoundPhase",
    "RoundRule",
    "Route",
    "Rubric",
    "SheetItem",
    "SpecialAward",
    "StageRule",
    "Step",
    "Term",
    "TermList",
    "Track",
    "Trim",
    "Vocabulary",
    "tracks_named",
]
