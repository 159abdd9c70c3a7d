"""Who may see and keep the register of judges."""

from cp_circles.judges.models import JudgeProfile
from cp_circles.people.rules import Actor


def can_keep_qualification(actor: Actor, profile: JudgeProfile) -> bool:
    """An administrator, and the officials of the judge's home region; nobody certifies themselves."""
    if profile.person_id == actor.person_id:
        return False
    if actor.is_administrator:
        return True
    return profile.home_region is not None and actor.oversees(profile.home_region.path)


def can_see_profile(actor: Actor, profile: JudgeProfile) -> bool:
    """The judge, an administrator, and the officials of the judge's home region."""
    if actor.is_administrator or profile.person_id == actor.person_id:
        return True
    return profile.home_region is not None and actor.oversees(profile.home_region.path)
