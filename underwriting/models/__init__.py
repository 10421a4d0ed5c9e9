from underwriting.models.application import Application, FactSet, Party
from underwriting.models.authority import AuthorityMatrix, PolicyException
from underwriting.models.backtest import Backtest, BacktestProtected
from underwriting.models.batch import Batch, BatchChunk, BatchFile, BatchFilePart, BatchRow
from underwriting.models.booking_case import BookingCase
from underwriting.models.connector import ConnectorSetting
from underwriting.models.consent import Consent, ConsentText
from underwriting.models.customer import BlindIndexEntry, Customer, CustomerIdentity
from underwriting.models.decision import Decision, DecisionReason
from underwriting.models.document import Document
from underwriting.models.duty import Duty
from underwriting.models.gate import GateException, GateOutcome, PolicyGates
from underwriting.models.hit import CheckHit, HitStep
from underwriting.models.idempotency import IdempotencyRecord
from underwriting.models.label import ApplicationLabel
from underwriting.models.mark import ApplicationMark, MarkCounter
from underwriting.models.offer import Booking, Condition, Offer
from underwriting.models.path import ApprovalPath
from underwriting.models.policy import Pin, PolicyVersion, ReasonCatalogue
from underwriting.models.policy_step import PolicyStep
from underwriting.models.policy_trial import PolicyShadow, PolicyTrial, PolicyTrialLook
from underwriting.models.prequalification import Prequalification, PrequalificationPull
from underwriting.models.pull import Pull
from underwriting.models.reference_list import ListEntry, ReferenceList
from underwriting.models.review import Review, ReviewStep
from underwriting.models.run import DecisionRun, StageResult
from underwriting.models.snapshot import ApplicationChunk, ApplicationChunkProtected

__all__ = [
    "Application",
    "ApplicationChunk",
    "ApplicationChunkProtected",
    "ApplicationLabel",
    "ApplicationMark",
    "ApprovalPath",
    "AuthorityMatrix",
    "Backtest",
    "BacktestProtected",
    "Batch",
    "BatchChunk",
    "BatchFile",
    "BatchFilePart",
    "BatchRow",
    "BlindIndexEntry",
    "Booking",
    "BookingCase",
    "CheckHit",
    "Condition",
    "ConnectorSetting",
    "Consent",
    "ConsentText",
    "Customer",
    "CustomerIdentity",
    "Decision",
    "DecisionReason",
    "DecisionRun",
    "Document",
    "Duty",
    "FactSet",
    "GateException",
    "GateOutcome",
    "HitStep",
    "IdempotencyRecord",
    "ListEntry",
    "MarkCounter",
    "Offer",
    "Party",
    "Pin",
    "PolicyException",
    "PolicyGates",
    "PolicyShadow",
    "PolicyStep",
    "PolicyTrial",
    "PolicyTrialLook",
    "PolicyVersion",
    "Prequalification",
    "PrequalificationPull",
    "Pull",
    "ReasonCatalogue",
    "ReferenceList",
    "Review",
    "ReviewStep",
    "StageResult",
]
