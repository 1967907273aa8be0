"""How far a post's views have come at an age: fast at first, then ever slower."""

from dataclasses import dataclass

VIEWS_PER_MEMBER = 0.6
HALF_LIFE_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Growth:
    """A post ends at `views_per_member`, and has half of that after `half_life_s`."""

    views_per_member: float = VIEWS_PER_MEMBER
    half_life_s: float = HALF_LIFE_S

    def views_a_member(self, age_s: float) -> float:
        """0 at first; never less at a greater age."""
        return self.views_per_member * (1 - 2 ** (-max(age_s, 0.0) / self.half_life_s))
