"""Which tools a step suggests, in the words of the method packs, and in which order tools are shown."""

from cp_circles.calc.tools import TOOLS
from cp_circles.rulesets.schema import Step

SUGGESTED: dict[str, tuple[str, ...]] = {
    "strat": ("pareto", "check_sheet"),
    "simple": ("run", "radar", "gantt"),
    "brainstorm": ("board", "five_whys"),
    "affinity": ("board",),
    "relation": ("relations",),
    "hist": ("histogram",),
    "control": ("control_xmr", "control_xbar", "control_p", "control_u"),
    "doe": ("orthogonal",),
    "hypo": ("two_samples", "two_shares"),
    "eight_aspects": ("fishbone",),
    "weighted_ranking": ("ranking",),
    "matrix": ("ranking",),
    "walk_through": ("photos", "check_sheet"),
    "benchmark": ("radar", "two_samples"),
    "flow": ("photos",),
}


def suggested_by(step: Step | None) -> list[str]:
    """The codes of the tools that a step suggests, in the order of its pack."""
    if step is None:
        return []
    codes = [code for word in step.tools for code in SUGGESTED.get(word, (word,))]
    return [code for code in dict.fromkeys(codes) if code in TOOLS]


def others(suggested: list[str]) -> list[str]:
    """The remaining tools in the order of the catalogue."""
    return [code for code in TOOLS if code not in suggested]
