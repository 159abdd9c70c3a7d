"""One number of each kind of saving, for pages that show a whole in a few figures."""

from decimal import Decimal

from sqlalchemy.orm import Session

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import Asked, is_money
from cp_circles.leaderboards.presenting.amounts import metric_name, metric_scale
from cp_circles.rulesets.schema.figures import Metric, Vocabulary

FIGURES = ("climate", "water", "pollutant", "money")


def main_figures(session: Session, asked: Asked, words: Vocabulary) -> list[tuple[str, str, str]]:
    """One metric of each group: carbon, water, a pollutant, money."""
    amounts = queries.amounts_by_metric(session, asked)
    chosen: list[Metric] = []
    for group in FIGURES:
        of_group = [metric for metric in words.metrics if metric.group == group]
        found = next(
            (metric for metric in of_group if amounts.get(metric.key)), of_group[0] if of_group else None
        )
        if found is not None:
            chosen.append(found)
    shown = []
    for metric in chosen:
        scale = metric_scale(metric, (metric.currency or "") if is_money(metric) else "")
        shown.append((metric_name(metric), scale.text(amounts.get(metric.key, Decimal(0))), scale.unit))
    return shown
