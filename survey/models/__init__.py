"""Tables, one file per aggregate. No Flask, no queries."""

from survey.models.audit import Approval, AuditEntry
from survey.models.ballots import Batch, Credential, Envelope, Recorded, VoidedBatch
from survey.models.columns import Base
from survey.models.keys import Canary, CanaryTest, PartyKey, Signature, SlipCount
from survey.models.office import (
    Account,
    Assignment,
    PasswordReset,
    RecoveryCode,
    SecondFactor,
    StaffSession,
)
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
    "Assignment",
    "AuditEntry",
    "Base",
    "Batch",
    "Canary",
    "CanaryTest",
    "Comment",
    "Credential",
    "Envelope",
    "OpenedCheck",
    "OpenedCovariance",
    "OpenedRows",
    "OpenedSheet",
    "PartyKey",
    "PasswordReset",
    "Post",
    "Publication",
    "Recorded",
    "RecoveryCode",
    "Result",
    "Round",
    "RoundStep",
    "SecondFactor",
    "Signature",
    "SlipCount",
    "StaffSession",
    "StoredDocument",
    "Target",
    "TargetKind",
    "Unit",
    "VoidedBatch",
]
