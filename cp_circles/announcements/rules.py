"""Who announces what to whom."""

from cp_circles.announcements.models import Announcement
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def can_announce_anywhere(actor: Actor) -> bool:
    """The administrator, officials, and cleaner-production departments."""
    return (
        actor.is_administrator
        or bool(actor.overseen_paths)
        or bool(actor.scopes(Role.DEPARTMENT, ScopeKind.COMPANY))
    )


def can_announce_to(actor: Actor, kind: ScopeKind, scope_id: int, region_path: str | None) -> bool:
    """The administrator to everybody, officials to regions they cover, departments to their company."""
    if kind is ScopeKind.PLATFORM:
        return actor.is_administrator
    if kind is ScopeKind.REGION:
        return region_path is not None and actor.oversees(region_path)
    return kind is ScopeKind.COMPANY and actor.heads_department_of(scope_id)


def can_manage(actor: Actor, announcement: Announcement) -> bool:
    """Whoever could have announced it sees its count and withdraws it; the administrator may too."""
    return actor.is_administrator or can_announce_to(
        actor, announcement.scope_kind, announcement.scope_id, announcement.region_path
    )
