"""The small forms with which a circle fills in a draft, each with what it offers."""

from typing import Any

from flask_babel import gettext as _

from cp_circles.calc.conversion import Factor
from cp_circles.metering.queries import meters_of
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Evidence
from cp_circles.savings import queries, rules, services
from cp_circles.savings.forms import AdjustmentForm, FurtherMeterForm, MethodForm, SideEffectForm, SteamForm
from cp_circles.savings.gathering import unit_of
from cp_circles.savings.measuring import STEAM_FIELDS
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.versions.v2026_3 import Computed
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session


def is_open(saving: Saving, actor: Actor) -> bool:
    """Whether the reader may still change what the saving is computed from."""
    return saving.state in {SavingState.DRAFT, SavingState.REFUSED} and rules.can_claim(actor, saving.project)


def input_forms(saving: Saving, computed: Computed, actor: Actor) -> dict[str, Any]:
    """The forms of a draft by name; empty forms, or nothing where the reader may not change it."""
    if not is_open(saving, actor):
        return {"may_fill": False}
    return {
        "may_fill": True,
        "method_form": MethodForm(None, data={"method_reason": saving.method_reason}),
        "meter_form": offered_meters(FurtherMeterForm(None), saving),
        "adjustment_form": offered_evidence(
            AdjustmentForm(None, data={"starts_on": saving.reporting_from, "ends_on": saving.reporting_to}),
            saving,
        ),
        "steam_form": SteamForm(
            None,
            data={
                "steam_mpa": saving.steam_mpa,
                "steam_celsius": saving.steam_celsius,
                "steam_dryness": saving.steam_dryness,
            },
        )
        if is_steam(saving, computed)
        else None,
        "ranges": range_rows(saving, computed),
        "side_form": offered_media(SideEffectForm(None), saving),
        "factor_error": None,
    }


def is_steam(saving: Saving, computed: Computed) -> bool:
    """Whether steam is metered by mass, so that its state is needed."""
    measure = computed.material.measure
    return (measure is not None and measure.kind == "steam") or any(
        reason.field in STEAM_FIELDS.values() for reason in computed.material.refused
    )


def offered_meters(form: FurtherMeterForm, saving: Saving) -> FurtherMeterForm:
    """Offer the company's meters apart from those named already."""
    meters = meters_of(db_session(), saving.project.company_id)
    taken = {saving.meter_id, saving.production_meter_id}
    form.further_meter.choices = [
        (str(row.id), f"{row.name} ({row.unit})") for row in meters if row.id not in taken
    ]
    return form


def offered_evidence(form: AdjustmentForm, saving: Saving) -> AdjustmentForm:
    """Offer the project's evidence."""
    form.evidence.choices = _evidence(saving)
    return form


def offered_media(form: SideEffectForm, saving: Saving) -> SideEffectForm:
    """Offer every medium of which less is better, each with the unit to state it in."""
    rows = services.side_media(db_session(), saving)
    form.medium.choices = [(row.code, f"{row.names.in_(locale_name())} ({unit_of(row)})") for row in rows]
    form.side_evidence.choices = _evidence(saving)
    return form


def _evidence(saving: Saving) -> list[tuple[str, str]]:
    rows = (
        db_session()
        .query(Evidence)
        .filter(Evidence.project_id == saving.project_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )
    return [("", _("None")), *((str(row.id), row.title) for row in rows)]


def range_rows(saving: Saving, computed: Computed) -> list[dict[str, Any]]:
    """Factors published as a range, with what the supplier states so far."""
    pack = queries.factor_pack(db_session(), saving.project)
    return [
        {
            "key": row.key,
            "name": known.names.in_(locale_name()),
            "low": row.low,
            "high": row.high,
            "unit": f"{row.unit}/{row.per_unit}",
            "given": saving.supplier_factors.get(row.key, {}),
        }
        for row in _stated_factors(computed)
        if (known := pack.factor(row.key)) is not None and known.needs_choice and _is_range(row)
    ]


def _stated_factors(computed: Computed) -> list[Factor]:
    """The factors of the saving and of its side effects, each once."""
    effects = [factor for row in computed.effects for factor in row.effect.factors]
    return list({row.key: row for row in (*computed.material.factors, *effects)}.values())


def _is_range(row: Factor) -> bool:
    return row.low is not None and row.high is not None
