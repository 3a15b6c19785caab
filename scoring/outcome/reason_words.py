"""The words in which a result says why it is not final (``provisional``), and what stands beside it (``flags``)."""

EMPTY_GROUP = "empty group"
"""Reason (``provisional``) or flag: these groups gave no judgement, ``"empty group: 党委, 政府"``."""

MISSED_TURNOUT = "turnout"
"""Reason or flag: too few ballots of these groups, or in all, came back, ``"turnout: 党委"``, ``"turnout"``."""

MISSING_COMPONENT = "component missing"
"""Reason: this part of the score has not been brought in yet, ``"component missing: 实绩"``."""

NOTHING_ABOVE_ZERO = "no score above 0 to compare with"
"""Reason: scores are parts of the best one, and the best is 0 or less."""

TIE_BY_HAND = "tie to be decided by hand"
"""Reason: the scheme leaves the order of these equals to people, who have not decided it yet."""

LEFT_OUT_BY_VETO = "veto: out of the ranking"
CAPPED_BY_VETO = "veto: no better than"
NOT_ELIGIBLE = "not eligible for"
NO_GRADE = "no grade"
NOT_ASSESSED = "not assessed"
"""Flags: what was decided beside the ballots; two of them are followed by a grade, ``"not eligible for: 优秀"``."""

TIE_AT_QUOTA = "tie at quota"
"""Flag: a grade's quota line runs through this tie, so people decide, ``"tie at quota: 优秀"``."""
