"""What the parties of a round still have to do with their key slips, as the round's page lists it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from survey.crypto.shares import NEEDED
from survey.manifest.amended import manifest_of
from survey.manifest.statements import SIGNERS
from survey.manifest.states import RoundState
from survey.models import Round
from survey.office import key_slips, round_key, signatures, slip_counts
from survey.prepare.rounds import plan_of
from survey.reveal import agreement
from survey.web.console_progress import Task
from survey.web.database import session


def key_tasks(round_: Round) -> list[Task]:
    """Return the tasks; none where the round needs no key slips."""
    if round_.trial or round_.state == RoundState.VOID:
        return []
    return list(_draft(round_) if round_.manifest_hash is None else _frozen(round_))


def too_many_lost(round_: Round) -> bool:
    """Return whether so many key slips are lost that nobody can open the round's ballots any more."""
    kept = key_slips.slips(session(), round_)
    waits = round_.state in {RoundState.FROZEN, RoundState.OPEN, RoundState.CLOSED}
    three = waits and manifest_of(round_).seal == round_key.THREE_KEYS
    return three and sum(not each.lost for each in kept.values()) < NEEDED


def _draft(round_: Round) -> Iterator[Task]:
    needed = plan_of(round_).parties()
    if needed:
        made = sum(party in needed for party in key_slips.slips(session(), round_))
        note = _("%(made)s of %(needed)s", made=made, needed=len(needed))
        yield Task(_("Each party makes its key slip"), done=made == len(needed), note=note)


def _frozen(round_: Round) -> Iterator[Task]:
    manifest, state = manifest_of(round_), RoundState(round_.state)
    if not manifest.parties:
        return
    three = manifest.seal == round_key.THREE_KEYS
    if three and state is RoundState.FROZEN:
        tried = len(round_key.tried_pairs(session(), round_))
        note = _("%(made)s of %(needed)s", made=min(tried, NEEDED), needed=NEEDED)
        yield Task(_("Two pairs try their key slips"), done=tried >= NEEDED, note=note)
    if state is RoundState.CLOSED:
        counted = slip_counts.counts(session(), round_)
        yield Task(_("Count what became of the slips"), done=all(each.id in counted for each in manifest.sheets))
    unsigned = sum(bool(each.missing) for each in signatures.signed_statements(session(), round_))
    note = str(_("%(count)s to sign", count=unsigned)) if unsigned else ""
    yield Task(_("Organiser and third party sign"), done=not unsigned, note=note)
    if three and state is RoundState.CLOSED:
        handed_in = agreement.handed_in(session(), round_)
        done = all(party in handed_in for party in SIGNERS[agreement.KIND])
        yield Task(_("Organiser and supervisor open the ballot box by themselves"), done=done)
