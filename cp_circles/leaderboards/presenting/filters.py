"""The filter of a board: what can be chosen, grouped so that a phone can show it, and what is on."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles.awards import queries as awards
from cp_circles.editions import queries as editions
from cp_circles.errors import msg
from cp_circles.leaderboards import queries, rules
from cp_circles.leaderboards.asking import ANY_AWARD, LIVING, PUBLIC, SIZES, Asked, is_money
from cp_circles.leaderboards.forms import BoardForm
from cp_circles.leaderboards.presenting import reading
from cp_circles.leaderboards.presenting.amounts import PER_WORDS, metric_name
from cp_circles.leaderboards.tallies import PARTICIPATION, RATES, TALLIES, is_tally, ranked_by
from cp_circles.ledger.models import Basis
from cp_circles.organisations import queries as organisations
from cp_circles.organisations.models import Industry
from cp_circles.people.rules import Actor
from cp_circles.rulesets.schema import Method
from cp_circles.rulesets.schema.figures import Vocabulary
from cp_circles.web.i18n import is_chinese, label, locale_name
from cp_circles.web.paging import address_with

Choices = list[tuple[str, str]]
Groups = dict[str, Choices]
GROUP_WORDS = {
    "money": msg("Money"),
    "energy": msg("Energy"),
    "climate": msg("Climate"),
    "water": msg("Water"),
    "pollutant": msg("Pollutants"),
    "waste": msg("Waste"),
    "material": msg("Materials"),
}
SIZE_WORDS = {
    "micro": msg("fewer than 20 employees"),
    "small": msg("20 to 299 employees"),
    "medium": msg("300 to 999 employees"),
    "large": msg("1,000 employees and more"),
}


def filter_form(
    session: Session, actor: Actor, asked: Asked, words: Vocabulary, own: frozenset[int]
) -> BoardForm:
    """The filter with what can be chosen, set to what is shown; a list with one choice is left out."""
    form = BoardForm()
    _offer_what(form, actor, asked, words, own)
    _offer_where(session, form, asked)
    years = reading.known_seasons(session, asked.filter.basis, living=asked.living, claims=asked.claims)
    offer_seasons(form, asked, years)
    form.domain.choices, form.domain.data = _terms(words, "domain"), asked.domain
    form.focus.choices, form.focus.data = _terms(words, "focus_area"), asked.focus_area
    form.method.choices, form.method.data = [("", _("All")), *methods(session)], asked.method
    form.size.choices = [("", _("All")), *((size, _(SIZE_WORDS[size])) for size in SIZES)]
    form.size.data = asked.size
    known = award_labels(session)
    form.award.choices = [("", _("All")), (ANY_AWARD, _("Any award")), *known]
    form.award.data = asked.award
    currencies = (
        queries.currencies_known(session, asked.metric.key, asked.filter.basis)
        if is_money(asked.metric)
        else []
    )
    form.currency.choices, form.currency.data = [(code, code) for code in currencies], asked.currency
    if len(currencies) < 2:
        del form.currency
    if not known:
        del form.award
    for name in _pointless(asked):
        if name in form:
            del form[name]
    return form


def offer_seasons(form: BoardForm, asked: Asked, years: Sequence[int]) -> None:
    """Offer these seasons, the newest first, set to what is shown."""
    form.season.choices = [("all", _("All seasons")), *((str(year), str(year)) for year in reversed(years))]
    form.season.data = [str(year) for year in asked.seasons] or ["all"]


def _pointless(asked: Asked) -> set[str]:
    """The filters that change nothing: on one company, or of what is only counted."""
    found = {"size", "section", "division"} if asked.scope.company is not None else set()
    if is_tally(asked.metric):
        found |= {"per", "basis", "currency"}
    if asked.metric.key in RATES:
        found |= {"domain", "focus", "method", "award"}
    if asked.metric.key == PARTICIPATION:
        found.add("season")
    return found


def _offer_what(form: BoardForm, actor: Actor, asked: Asked, words: Vocabulary, own: frozenset[int]) -> None:
    """Metric, how it ranks, and on which basis."""
    groups: Groups = {}
    for metric in words.metrics:
        groups.setdefault(_(GROUP_WORDS[metric.group]), []).append((metric.key, metric_name(metric)))
    offered = asked.scope.offered_to(asked.variant)
    counted = [(one.key, metric_name(one)) for one in TALLIES if ranked_by(one, offered)]
    if counted:
        groups[_("Circles and their work")] = counted
    form.metric.choices, form.metric.data = groups, asked.metric.key
    form.per.choices = [(per, _(PER_WORDS[per])) for per in reading.pers_offered(asked.by, asked.seasons)]
    form.per.data = asked.per
    form.basis.choices = [("verified", _("Verified in the season")), (LIVING, _("New and still working"))]
    if asked.variant != PUBLIC and rules.sees_claimed(actor, asked.scope, asked.by, own):
        form.basis.choices.append(("claimed", _("Claimed, not verified")))
    form.basis.data = LIVING if asked.living else asked.filter.basis.value


def _offer_where(session: Session, form: BoardForm, asked: Asked) -> None:
    """The region with those above and right below it, and the industry in two steps."""
    scope = asked.scope
    if scope.company is not None or scope.circle is not None or scope.park is not None:
        del form.region
    else:
        above = organisations.ancestors_of(session, scope.region)
        below = organisations.children_of(session, scope.region.id)
        groups = {_("Here and above"): [(str(row.id), label(row)) for row in above]}
        if below:
            groups[_("One level below")] = [(str(row.id), label(row)) for row in below]
        form.region.choices, form.region.data = groups, str(scope.region.id)
    tree = organisations.industries(session)
    sections = [row for row in tree if row.parent_id is None]
    form.section.choices = [("", _("All")), *map(_industry_choice, sections)]
    section = scope.industry
    if section is not None and section.parent is not None:
        section = section.parent
    form.section.data = str(section.id) if section else ""
    divisions = [row for row in tree if section is not None and row.parent_id == section.id]
    form.division.choices = [("", _("The whole section")), *map(_industry_choice, divisions)]
    form.division.data = str(scope.industry.id) if scope.industry and scope.industry.parent_id else ""
    if not divisions:
        del form.division
    if not sections:
        del form.section


def _industry_choice(row: Industry) -> tuple[str, str]:
    return str(row.id), f"{row.code} {label(row)}"


def _terms(words: Vocabulary, key: str) -> Choices:
    terms = words.list_(key)
    found = [(term.key, term.names.in_(locale_name())) for term in terms.terms] if terms else []
    return [("", _("All")), *found]


def methods(session: Session) -> Choices:
    """Every method by its newest name."""
    return [(pack.key, pack.names.in_(locale_name())) for pack in editions.newest_packs(session, Method)]


def award_labels(session: Session) -> Choices:
    """Every award that was given and stands, by its label."""
    return [
        (key, label if is_chinese() else label_en) for key, label, label_en in awards.awards_known(session)
    ]


def filters_on(session: Session, asked: Asked, words: Vocabulary) -> dict[str, str]:
    """What narrows the board, by the argument of the address that says so, in the reader's language."""
    found: dict[str, str] = {}
    if asked.domain:
        found["domain"] = _term_name(words, "domain", asked.domain)
    if asked.focus_area:
        found["focus"] = _term_name(words, "focus_area", asked.focus_area)
    if asked.scope.industry is not None:
        found["industry"] = label(asked.scope.industry)
    if asked.method:
        found["method"] = dict(methods(session)).get(asked.method, asked.method)
    if asked.size:
        found["size"] = _(SIZE_WORDS[asked.size])
    if asked.award:
        found["award"] = dict(award_labels(session)).get(asked.award, _("Any award"))
    return found


def chips(session: Session, asked: Asked, words: Vocabulary) -> list[tuple[str, str, bool]]:
    """The filters that are on; pressing one takes it away."""
    on = filters_on(session, asked, words)
    if asked.per != "total":
        on["per"] = _(PER_WORDS[asked.per])
    if asked.filter.basis is Basis.CLAIMED:
        on["basis"] = _("Claimed, not verified")
    if asked.living:
        on["basis"] = _("New and still working")
    return [(text, _without(name), True) for name, text in on.items()]


def _without(name: str) -> str:
    gone = ("industry", "section", "division") if name == "industry" else (name,)
    return address_with(**dict.fromkeys((*gone, "page")))


def _term_name(words: Vocabulary, list_key: str, key: str) -> str:
    terms = words.list_(list_key)
    term = terms.term(key) if terms else None
    return term.names.in_(locale_name()) if term else key
