"""Who may do what: one table, read on one screen. What is not in it, nobody may."""

from typing import Final

ADMINISTRATOR: Final = "administrator"
PERSONNEL: Final = "personnel"
EVALUATOR: Final = "evaluator"
SUPERVISOR: Final = "supervisor"
LEADER: Final = "leader"
CLERK: Final = "clerk"
INTERVIEWER: Final = "interviewer"

# Made by an administrator, for the office.
OFFICE_ROLES: Final = (ADMINISTRATOR, PERSONNEL, EVALUATOR, SUPERVISOR, LEADER)
# Made by the evaluator, for one of its rounds; they go with it.
DOOR_ROLES: Final = (CLERK, INTERVIEWER)
ROLES: Final = (*OFFICE_ROLES, *DOOR_ROLES)
# May be tied to a unit, and then see it and what lies below it only.
UNIT_ROLES: Final = (PERSONNEL, SUPERVISOR, LEADER)

# The evaluator is the third party that runs a round: it never reveals, scores or sees a result.
# The administrator keeps the accounts and sees no result either. Whose round, unit or target it is,
# is the other half of the question: see scope.py.
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "use own account": frozenset(ROLES),
    "see rounds": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "prepare round": frozenset({PERSONNEL, EVALUATOR}),
    "assign round": frozenset({PERSONNEL}),
    "freeze round": frozenset({PERSONNEL, EVALUATOR}),
    "mint codes": frozenset({EVALUATOR}),
    "open round": frozenset({EVALUATOR}),
    "close round": frozenset({EVALUATOR}),
    "agree to early close": frozenset({EVALUATOR, SUPERVISOR}),
    "void round": frozenset({EVALUATOR}),
    "amend round": frozenset({EVALUATOR}),
    "keep door accounts": frozenset({EVALUATOR}),
    "work at the door": frozenset({CLERK, INTERVIEWER}),
    "hold key slip": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "count slips": frozenset({EVALUATOR}),
    "take ballot box": frozenset({PERSONNEL, SUPERVISOR}),
    "take bundles": frozenset({PERSONNEL, SUPERVISOR}),
    "see turnout": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "reveal round": frozenset({PERSONNEL}),
    "score round": frozenset({PERSONNEL}),
    "see results": frozenset({PERSONNEL, LEADER}),
    "see unpublished results": frozenset({PERSONNEL}),
    "read comments": frozenset({PERSONNEL}),
    "publish results": frozenset({PERSONNEL}),
    "import roster": frozenset({PERSONNEL, EVALUATOR}),
    "see roster": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "manage accounts": frozenset({ADMINISTRATOR}),
    "see audit log": frozenset({ADMINISTRATOR, SUPERVISOR}),
}


def may(role: str, act: str) -> bool:
    """Return whether `role` may do `act`.

    Raises
    ------
    KeyError
        For an act that the table does not have: a slip of the pen must not open a door.
    """
    return role in PERMISSIONS[act]
