"""Who may do what: one table, read on one screen. What is not in it, nobody may."""

from typing import Final

ADMINISTRATOR: Final = "administrator"
PERSONNEL: Final = "personnel"
EVALUATOR: Final = "evaluator"
SUPERVISOR: Final = "supervisor"

ROLES: Final = (ADMINISTRATOR, PERSONNEL, EVALUATOR, SUPERVISOR)

# The evaluator is the third party that runs a round: it never reveals, scores or sees a result.
# The administrator keeps the accounts and sees no result either.
PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "use own account": frozenset(ROLES),
    "see rounds": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "prepare round": frozenset({PERSONNEL, EVALUATOR}),
    "freeze round": frozenset({PERSONNEL, EVALUATOR}),
    "mint codes": frozenset({EVALUATOR}),
    "open round": frozenset({EVALUATOR}),
    "close round": frozenset({EVALUATOR}),
    "void round": frozenset({EVALUATOR}),
    "amend round": frozenset({EVALUATOR}),
    "see turnout": frozenset({PERSONNEL, EVALUATOR, SUPERVISOR}),
    "reveal round": frozenset({PERSONNEL}),
    "score round": frozenset({PERSONNEL}),
    "see results": frozenset({PERSONNEL}),
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
