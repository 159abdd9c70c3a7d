"""Pages of the register: one's own data as a judge, the judges of a region, one judge."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.calc.cells import harmless
from cp_circles.editions import queries as editions
from cp_circles.judges import queries, rules, services
from cp_circles.judges.forms import JudgeFilter, ProfileForm, QualificationForm, offered
from cp_circles.judges.models import JudgeProfile, Qualification, TieKind
from cp_circles.judges.presenting import level_word, level_words, words_of
from cp_circles.organisations import queries as organisations
from cp_circles.rulesets.schema import Method, Vocabulary
from cp_circles.web.access import current_actor
from cp_circles.web.history import history_of
from cp_circles.web.i18n import label, locale_name
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now, today

bp = Blueprint("judges", __name__, url_prefix="/judges")


@bp.get("/me")
def my_profile() -> ResponseReturnValue:
    """One's own data as a judge."""
    profile = queries.profile_of(db_session(), current_actor().person_id)
    return _own_page(_offer(ProfileForm(data=_stored(profile))), profile)


def _own_page(form: ProfileForm, profile: JudgeProfile | None = None) -> str:
    """The form of one's own data."""
    profile = profile or queries.profile_of(db_session(), current_actor().person_id)
    return render_template(
        "judges/my_profile.html", form=form, profile=profile, today=today(), level_word=level_word
    )


def _stored(profile: JudgeProfile | None) -> dict[str, Any]:
    if profile is None:
        return {"version": "0", "languages": ["zh"]}
    names = ("industries", "domains", "methods", "languages", "workload_limit", "away_from", "away_until")
    tied = queries.tied_companies(db_session(), profile.person_id)
    return {name: getattr(profile, name) for name in names} | {
        "version": str(profile.version),
        "home_region_id": profile.home_region_id,
        "employers": "\n".join(row.name for row in tied[TieKind.EMPLOYER]),
        "mentored": "\n".join(row.name for row in tied[TieKind.MENTORED]),
    }


def _offer(form: ProfileForm) -> ProfileForm:
    """Offer regions, industries, domains and methods."""
    session = db_session()
    homes = queries.home_regions(session)
    form.home_region_id.choices = offered([(row.id, label(row)) for row in homes], _("Not stated"))
    sections = [row for row in organisations.industries(session) if row.parent_id is None]
    form.industries.choices = offered((row.id, f"{row.code} {label(row)}") for row in sections)
    form.domains.choices = offered(domain_words().items())
    form.methods.choices = offered(method_words().items())
    return form


def domain_words() -> dict[str, str]:
    """The domains of the vocabulary."""
    return words_of(editions.newest_pack(db_session(), Vocabulary), "domain")


def method_words() -> dict[str, str]:
    """The methods by key, in the words of their newest editions."""
    return {row.key: row.names.in_(locale_name()) for row in editions.newest_packs(db_session(), Method)}


@bp.post("/me")
def save_profile() -> ResponseReturnValue:
    """Save one's own data as a judge."""
    form = _offer(ProfileForm())

    def act() -> ResponseReturnValue:
        region_id = form.home_region_id.data
        services.save_profile(
            db_session(),
            actor=current_actor(),
            version=form.base_version,
            home_region=organisations.region_by_id(db_session(), region_id) if region_id else None,
            employers=(form.employers.data or "").splitlines(),
            mentored=(form.mentored.data or "").splitlines(),
            now=now(),
            **form.chosen(
                "industries", "domains", "methods", "languages", "workload_limit", "away_from", "away_until"
            ),
        )
        flash(_("Saved in the register of judges."))
        return redirect(url_for("judges.my_profile"))

    return form.answer(act, lambda: _own_page(form))


def _filters(form: JudgeFilter) -> dict[str, Any]:
    wanted = form.qualification.data
    return {
        "text": form.q.data or "",
        "qualification": Qualification(wanted) if wanted in level_words() else None,
        "validity": form.validity.data or "",
        "sort": request.args.get("sort", "name"),
    }


@bp.get("")
def list_judges() -> ResponseReturnValue:
    """The judges whose home the reader oversees."""
    form = JudgeFilter()
    found = queries.judges_listed(
        db_session(), actor=current_actor(), today=today(), page=requested_page(), **_filters(form)
    )
    return render_template(
        "judges/list_judges.html",
        page=listed(found),
        form=form,
        today=today(),
        level_word=level_word,
        domains=domain_words(),
        filters={
            name: request.args[name] for name in ("q", "qualification", "validity") if name in request.args
        },
    )


@bp.get("/judges.csv")
def export_judges() -> ResponseReturnValue:
    """The same judges as a table, with a mark that spreadsheet programs read as UTF-8."""
    found = queries.every_judge_listed(
        db_session(), actor=current_actor(), today=today(), **_filters(JudgeFilter())
    )
    words, out = domain_words(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [_("Judge"), _("Qualification"), _("Certificate"), _("Valid until"), _("Home city"), _("Domains")]
    )
    for row in found:
        cells = [
            row.person.name,
            level_word(row.qualification),
            row.certificate_number,
            row.valid_until.isoformat() if row.valid_until else "",
            label(row.home_region) if row.home_region else "",
            "、".join(words.get(key, key) for key in row.domains),
        ]
        writer.writerow([harmless(cell) for cell in cells])
    headers = {"Content-Disposition": "attachment; filename=judges.csv"}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/<int:person_id>")
def show_judge(person_id: int) -> ResponseReturnValue:
    """One judge of the register, with the form of the qualification."""
    profile = queries.profile_for(db_session(), actor=current_actor(), person_id=person_id)
    form = QualificationForm(
        data={
            "version": str(profile.version),
            "qualification": profile.qualification.value if profile.qualification else "",
            "certificate_number": profile.certificate_number,
            "valid_until": profile.valid_until,
        }
    )
    return _judge_page(profile, form)


def _judge_page(profile: JudgeProfile, form: QualificationForm) -> str:
    """The page of a judge."""
    sections = {row.id: row for row in organisations.industries(db_session())}
    return render_template(
        "judges/show_judge.html",
        profile=profile,
        form=form,
        today=today(),
        level_word=level_word,
        domains=domain_words(),
        methods=method_words(),
        industries=[label(sections[one]) for one in profile.industries if one in sections],
        tied=queries.tied_companies(db_session(), profile.person_id),
        kinds=TieKind,
        may_keep=rules.can_keep_qualification(current_actor(), profile),
        history=history_of(db_session(), profile),
    )


@bp.post("/<int:person_id>/qualification")
def keep_qualification(person_id: int) -> ResponseReturnValue:
    """Write a judge's qualification."""
    profile = queries.profile_for(db_session(), actor=current_actor(), person_id=person_id)
    form = QualificationForm()

    def act() -> ResponseReturnValue:
        services.keep_qualification(
            db_session(),
            actor=current_actor(),
            profile=profile,
            version=form.base_version,
            qualification=Qualification(form.qualification.data) if form.qualification.data else None,
            certificate_number=form.certificate_number.data or "",
            valid_until=form.valid_until.data,
            now=now(),
        )
        flash(_("The qualification is written into the register."))
        return redirect(url_for("judges.show_judge", person_id=person_id))

    return form.answer(act, lambda: _judge_page(profile, form))
