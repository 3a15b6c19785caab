"""Tables, one file per aggregate. No Flask, no queries."""

from survey.models.audit import Approval, AuditEntry
from survey.models.ballots import Batch, Credential, Envelope, Recorded, VoidedBatch
from survey.models.columns import Base
from survey.models.keys import Canary, CanaryTest, KeyShare, PartyKey, Signature, SlipCount
from survey.models.office import Account, StaffSession
from survey.models.results import (
    Comment,
    OpenedCheck,
    OpenedCovariance,
    OpenedRows,
    OpenedSheet,
    Publication,
    Result,
)
from survey.models.roster import Post, Target, TargetKind, Unit
from survey.models.rounds import Amendment, Round, RoundStep, StoredDocument

__all__ = [
    "Account",
    "Amendment",
    "Approval",
    "AuditEntry",
    "Base",
    "Batch",
    "Canary",
    "CanaryTest",
    "Comment",
    "Credential",
    "Envelope",
    "KeyShare",
    "OpenedCheck",
    "OpenedCovariance",
    "OpenedRows",
    "OpenedSheet",
    "PartyKey",
    "Post",
    "Publication",
    "Recorded",
    "Result",
    "Round",
    "RoundStep",
    "Signature",
    "SlipCount",
    "StaffSession",
    "StoredDocument",
    "Target",
    "TargetKind",
    "Unit",
    "VoidedBatch",
]
