"""The colour, dash and mark of a metric: one role for each, the same in every chart that draws lines."""

from cp_circles.rulesets.schema.figures import Metric, Vocabulary

GROUP_ROLES = {
    "money": ("money", "indirect"),
    "energy": ("energy", "electricity"),
    "climate": ("co2",),
    "water": ("water", "wastewater"),
    "pollutant": ("cod", "ammonia", "nitrogen", "phosphorus", "sulphur", "nox", "air", "dust"),
    "waste": ("waste", "hazardous"),
    "material": ("material",),
}


def role_of(metric: Metric, words: Vocabulary | None) -> str:
    """The role that draws a metric, by its place among those of its group in the vocabulary."""
    roles = GROUP_ROLES.get(metric.group, ("verified",))
    kin = [one.key for one in (words.metrics if words else ()) if one.group == metric.group]
    return roles[kin.index(metric.key) % len(roles)] if metric.key in kin else roles[0]
