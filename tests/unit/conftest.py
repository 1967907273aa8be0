"""How examples are drawn: without a deadline, for a busy machine is no fault of the code's."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
