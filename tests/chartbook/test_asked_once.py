"""What a page of charts asks of the databases: each question once, alike on both."""

from decimal import Decimal

from cp_circles.chartbook import queries
from cp_circles.projects.models import StepRecord
from tests.chartbook.test_charts import asked
from tests.conftest import NOW


def test_estimates_uses_and_circles_are_counted_alike_on_each_database(session, make, count, project_in):
    _, province, _, county = make.places()
    project = project_in(county, industry_id=make.industry().id)
    saving = make.mv_1(project)
    indicator = saving.indicator or project.indicators[0]
    saving.indicator_id = indicator.id
    indicator.baseline, indicator.actual = Decimal(10), Decimal(8)
    for place, (cost, gain) in enumerate([("10", "20"), ("x", "2.5"), ("3", "")]):
        content = {"name": "示例", "aspect": "equipment", "investment": cost, "benefit": gain}
        session.add(
            StepRecord(
                project_id=project.id,
                step_key="options",
                kind="option",
                position=place,
                content=content,
                created_at=NOW,
            )
        )
    make.result(project).frozen_at = NOW
    count(project, 4000, saving_id=saving.id)
    question = asked(session, province)
    found = queries.option_estimates(session, question)
    assert queries.sums_by_kind(found) == [queries.KindSum("equipment", 3, Decimal("22.50"))]
    assert queries.bins_by_kind(found, "gain") == [
        queries.KindBin("equipment", 1, 1),
        queries.KindBin("equipment", 3, 1),
    ]
    assert queries.bins_by_kind(found, "payback") == [queries.KindBin("equipment", 0, 1)]
    assert queries.years_of(found) == [NOW.year]
    assert queries.imported_estimates(session, question) == []
    assert [(row.before, row.after) for row in queries.intensities(session, question)] == [(10, 8)]
    assert queries.circle_funnel(session, question, NOW.year).results == 1
