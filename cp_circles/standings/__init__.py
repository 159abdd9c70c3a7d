"""From locked sheets to a place: computing a standing, its publicity, and who goes up to the round above."""
