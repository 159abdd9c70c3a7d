"""Pages of awards: giving them, certificates, the ceremony, rewards, and falsified results."""

from cp_circles.awards.views import ceremony, checking, falsified, giving, rewards
from cp_circles.awards.views.blueprint import bp

__all__ = ["bp", "ceremony", "checking", "falsified", "giving", "rewards"]
