"""Who may do what: the actor, as a value that services and rules take."""

from dataclasses import dataclass, field

from cp_circles.errors import msg
from cp_circles.people.models import Role, ScopeKind


@dataclass(frozen=True)
class GrantFact:
    """One live grant, as a value; `for_person_id`: whom a stand-in signs for; `is_away`: it is lent now."""

    role: Role
    scope_kind: ScopeKind
    scope_id: int
    region_path: str | None = None
    for_person_id: int | None = None
    is_away: bool = False


@dataclass(frozen=True)
class Actor:
    """Whoever acts in this request: a person with their live grants, or the system itself."""

    person_id: int | None
    name: str = ""
    grants: tuple[GrantFact, ...] = field(default=())
    is_system: bool = False

    @property
    def is_administrator(self) -> bool:
        """True for the platform's administrator and for the system."""
        return self.is_system or self.holds(Role.ADMINISTRATOR, ScopeKind.PLATFORM, 0)

    def holds(self, role: Role, scope_kind: ScopeKind, scope_id: int) -> bool:
        """True if a live grant gives this role in exactly this scope."""
        return any(
            grant.role is role and grant.scope_kind is scope_kind and grant.scope_id == scope_id
            for grant in self.grants
        )

    def holds_any(self, *roles: Role) -> bool:
        """True if any live grant gives one of the roles, in whatever scope."""
        return any(grant.role in roles for grant in self.grants)

    def scopes(self, role: Role, scope_kind: ScopeKind) -> frozenset[int]:
        """The ids of all scopes of a kind in which the role is held."""
        return frozenset(
            grant.scope_id for grant in self.grants if grant.role is role and grant.scope_kind is scope_kind
        )

    def signs_for(self, role: Role, scope_kind: ScopeKind, scope_id: int) -> tuple[int, ...]:
        """Whom the actor stands in for in a role; empty if the role is their own, which then comes first."""
        held = [
            grant
            for grant in self.grants
            if grant.role is role and grant.scope_kind is scope_kind and grant.scope_id == scope_id
        ]
        if any(grant.for_person_id is None for grant in held):
            return ()
        return tuple(grant.for_person_id for grant in held if grant.for_person_id is not None)

    def oversees(self, region_path: str) -> bool:
        """True if an official's grant covers the region at this path."""
        return any(
            grant.role is Role.OFFICIAL
            and grant.scope_kind is ScopeKind.REGION
            and grant.region_path is not None
            and region_path.startswith(grant.region_path)
            for grant in self.grants
        )

    @property
    def overseen_paths(self) -> tuple[str, ...]:
        """The paths of the regions that an official's grants cover, without one below another."""
        paths = sorted(
            {
                grant.region_path
                for grant in self.grants
                if grant.role is Role.OFFICIAL and grant.scope_kind is ScopeKind.REGION and grant.region_path
            }
        )
        return tuple(path for path in paths if not any(path != up and path.startswith(up) for up in paths))

    @property
    def company_ids(self) -> frozenset[int]:
        """The companies in which any role of company scope is held."""
        return frozenset(grant.scope_id for grant in self.grants if grant.scope_kind is ScopeKind.COMPANY)

    def heads_department_of(self, company_id: int) -> bool:
        """True for the cleaner-production department of the company."""
        return self.holds(Role.DEPARTMENT, ScopeKind.COMPANY, company_id)


SYSTEM = Actor(person_id=None, name="system", is_system=True)
NOBODY = Actor(person_id=None)


@dataclass(frozen=True)
class NavItem:
    """One entry of the main navigation: an endpoint, its message id and icon."""

    endpoint: str
    msgid: str
    icon: str


ROLE_ORDER = (
    Role.ADMINISTRATOR,
    Role.OFFICIAL,
    Role.DEPARTMENT,
    Role.JUDGE,
    Role.FINANCE,
    Role.METERING,
    Role.PROCESS_OWNER,
    Role.THIRD_PARTY,
    Role.FACILITATOR,
    Role.LEADER,
    Role.MEMBER,
)
EVERYBODY = frozenset(Role)
SHOP_FLOOR = frozenset({Role.MEMBER, Role.LEADER, Role.FACILITATOR, Role.DEPARTMENT})
VERIFIERS = frozenset({Role.PROCESS_OWNER, Role.METERING, Role.FINANCE, Role.THIRD_PARTY, Role.DEPARTMENT})
NAV: tuple[tuple[NavItem, frozenset[Role]], ...] = (
    (NavItem("homes.home", msg("Home"), "home"), EVERYBODY),
    (NavItem("circles.list_circles", msg("Circles"), "people"), SHOP_FLOOR),
    (NavItem("projects.list_projects", msg("Projects"), "flag"), SHOP_FLOOR),
    (
        NavItem("guidance.home", msg("Promotion work"), "bulb"),
        frozenset({Role.DEPARTMENT, Role.FACILITATOR}),
    ),
    (NavItem("savings.to_sign", msg("To verify"), "meter"), VERIFIERS),
    (NavItem("scoring.my_entries", msg("My entries"), "sheet"), frozenset({Role.JUDGE})),
    (
        NavItem("judging.list_rounds", msg("Rounds"), "scale"),
        frozenset({Role.OFFICIAL, Role.DEPARTMENT, Role.ADMINISTRATOR}),
    ),
    (NavItem("leaderboards.boards", msg("Leaderboards"), "chart"), EVERYBODY),
    (
        NavItem("organisations.list_companies", msg("Companies"), "company"),
        frozenset({Role.OFFICIAL, Role.ADMINISTRATOR}),
    ),
    (NavItem("people.my_company", msg("People"), "user"), frozenset({Role.DEPARTMENT})),
    (NavItem("people.list_everybody", msg("People"), "user"), frozenset({Role.ADMINISTRATOR})),
    (NavItem("editions.list_editions", msg("Rulesets"), "book"), frozenset({Role.ADMINISTRATOR})),
    (
        NavItem("imports.list_imports", msg("Imports"), "upload"),
        frozenset({Role.DEPARTMENT, Role.ADMINISTRATOR}),
    ),
)


VISITOR_NAV = (
    NavItem("homes.welcome", msg("Home"), "home"),
    NavItem("leaderboards.public_boards", msg("Leaderboards"), "chart"),
    NavItem("standings.public_lists", msg("Published lists"), "list"),
    NavItem("awards.check", msg("Certificates"), "award"),
)


def nav_items(actor: Actor) -> list[NavItem]:
    """The main navigation of this person; a visitor has the public pages."""
    if actor.person_id is None:
        return list(VISITOR_NAV)
    return [item for item, roles in NAV if actor.holds_any(*roles) or roles is EVERYBODY]


def main_role(actor: Actor) -> Role | None:
    """The role by which a person with several is greeted."""
    return next((role for role in ROLE_ORDER if actor.holds_any(role)), None)


COMPANY_ROLES = (
    Role.DEPARTMENT,
    Role.FACILITATOR,
    Role.PROCESS_OWNER,
    Role.METERING,
    Role.FINANCE,
    Role.THIRD_PARTY,
    Role.JUDGE,
)


def can_see_people_of(actor: Actor, company_id: int) -> bool:
    """The company's cleaner-production department and the administrator see its people."""
    return actor.is_administrator or actor.heads_department_of(company_id)


def can_manage_people_of(actor: Actor, company_id: int) -> bool:
    """The same two invite, hand out one-time codes and grant roles."""
    return can_see_people_of(actor, company_id)


def can_grant(actor: Actor, role: Role, scope_kind: ScopeKind, scope_id: int) -> bool:
    """The administrator grants any role, the department those of its own company."""
    if actor.is_administrator:
        return True
    if scope_kind is not ScopeKind.COMPANY or role not in COMPANY_ROLES:
        return False
    return actor.heads_department_of(scope_id)


def stands_above(holder: Actor, company_id: int) -> bool:
    """True if the person holds an office beyond this company, whose department then leaves the account be."""
    return any(
        grant.scope_kind in {ScopeKind.PLATFORM, ScopeKind.REGION, ScopeKind.ROUND}
        or (grant.scope_kind is ScopeKind.COMPANY and grant.scope_id != company_id)
        for grant in holder.grants
    )


STANDING_IN = (Role.PROCESS_OWNER, Role.METERING, Role.FINANCE)


def own_roles_with_stand_in(actor: Actor, company_id: int) -> tuple[Role, ...]:
    """The verifying roles of one's own in a company, for which a stand-in may be named."""
    own = {
        grant.role
        for grant in actor.grants
        if grant.scope_kind is ScopeKind.COMPANY
        and grant.scope_id == company_id
        and grant.for_person_id is None
    }
    return tuple(role for role in STANDING_IN if role in own)


def can_see_stand_ins_of(actor: Actor, company_id: int) -> bool:
    """The department, the verifiers themselves, whoever stands in, and the administrator."""
    return actor.is_administrator or any(
        grant.scope_kind is ScopeKind.COMPANY
        and grant.scope_id == company_id
        and grant.role in {Role.DEPARTMENT, *STANDING_IN}
        for grant in actor.grants
    )
