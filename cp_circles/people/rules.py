"""Who may do what: the actor, as a value that services and rules take."""

from dataclasses import dataclass, field

from cp_circles.people.models import Role, ScopeKind


@dataclass(frozen=True)
class GrantFact:
    """One live grant, as a value."""

    role: Role
    scope_kind: ScopeKind
    scope_id: int
    region_path: str | None = None


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
            grant.scope_id
            for grant in self.grants
            if grant.role is role and grant.scope_kind is scope_kind
        )

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
        return frozenset(
            grant.scope_id for grant in self.grants if grant.scope_kind is ScopeKind.COMPANY
        )

    def heads_department_of(self, company_id: int) -> bool:
        """True for the cleaner-production department of the company."""
        return self.holds(Role.DEPARTMENT, ScopeKind.COMPANY, company_id)


SYSTEM = Actor(person_id=None, name="system", is_system=True)
NOBODY = Actor(person_id=None)
