"""The words that underwriting's rows may hold; the database checks each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    INCOMPLETE = "incomplete", _("Incomplete")
    DECIDING = "deciding", _("Deciding")
    REFERRED = "referred", _("Referred")
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", _("Approved with conditions")
    APPROVED = "approved", _("Approved")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    NOT_TAKEN = "not_taken", _("Not taken")
    FUNDED = "funded", _("Funded")


class Door(models.TextChoices):
    API = "api", _("API")
    PORTAL = "portal", _("Portal")
    DESK = "desk", _("Desk")
    FILE = "file", _("File")


class Role(models.TextChoices):
    BORROWER = "borrower", _("Borrower")
    CO_BORROWER = "co_borrower", _("Co-borrower")
    GUARANTOR = "guarantor", _("Guarantor")


class Liability(models.TextChoices):
    FULL = "full", _("Full")
    LIMITED = "limited", _("Limited")
    NONE = "none", _("None")


class Match(models.TextChoices):
    """How a party found its customer: a new one, by exact keys, or perhaps (a person looks)."""

    NEW = "new", _("New customer")
    EXACT = "exact", _("Known customer")
    POSSIBLE = "possible", _("Possibly a known customer")


class IndexKind(models.TextChoices):
    """What a customer can be found by. The first two resolve; the others only search."""

    NATIONAL_ID = "national_id", _("Identity number")
    PERSON = "person", _("E-mail, name and birth date")
    NAME_BIRTH = "name_birth", _("Name and birth date")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class MarkKind(models.TextChoices):
    """What an application comes with that another may share. Kept as keyed fingerprints."""

    IDENTITY = "identity", _("Person")
    NATIONAL_ID = "national_id", _("Identity number")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    EMAIL_DOMAIN = "email_domain", _("Domain of the e-mail address")
    ADDRESS = "address", _("Address")
    DEVICE = "device", _("Device")
    EMPLOYER = "employer", _("Employer")


COUNTED_MARKS = (
    MarkKind.IDENTITY,
    MarkKind.PHONE,
    MarkKind.ADDRESS,
    MarkKind.DEVICE,
    MarkKind.EMPLOYER,
)
"""By which applications are counted; the others are only looked up in lists."""


class ListKind(models.TextChoices):
    BLOCK = "block", _("Block")
    ALLOW = "allow", _("Allow")
    WATCH = "watch", _("Watch")


class ListHolds(models.TextChoices):
    """What a list's entries are. Of persons only the fingerprint is kept."""

    NATIONAL_ID = "national_id", _("Identity numbers")
    PHONE = "phone", _("Phone numbers")
    EMAIL = "email", _("E-mail addresses")
    EMAIL_DOMAIN = "email_domain", _("Domains of e-mail addresses")
    ADDRESS = "address", _("Addresses")
    DEVICE = "device", _("Devices")
    EMPLOYER = "employer", _("Employers")
    TEXT = "text", _("Answers to a question")


READABLE_HOLDS = (ListHolds.EMPLOYER, ListHolds.TEXT, ListHolds.EMAIL_DOMAIN)
"""Values that name no person are kept as they are written; of all others only the fingerprint."""


class EntryReason(models.TextChoices):
    """Why something came onto a list: codes, so that they can be counted."""

    FRAUD_CONFIRMED = "FRAUD_CONFIRMED", _("Fraud confirmed")
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED", _("Signs of fraud")
    IDENTITY_MISUSED = "IDENTITY_MISUSED", _("Somebody else used this identity")
    LOAN_LOST = "LOAN_LOST", _("A loan here was written off")
    SELF_EXCLUDED = "SELF_EXCLUDED", _("Asked not to be lent to")
    AUTHORITY = "AUTHORITY", _("Order of a court or authority")
    UNVERIFIABLE = "UNVERIFIABLE", _("Cannot be verified")
    TRUSTED = "TRUSTED", _("Known and verified")
    OTHER = "OTHER", _("Other, in words")


class RemovalReason(models.TextChoices):
    MISTAKE = "MISTAKE", _("It was a mistake")
    CLEARED = "CLEARED", _("The suspicion was cleared up")
    GROUNDS_ENDED = "GROUNDS_ENDED", _("The grounds have ended")
    OBJECTION = "OBJECTION", _("The person objected and was right")
    OTHER = "OTHER", _("Other, in words")


class Provenance(models.TextChoices):
    DECLARED = "declared", _("Declared")
    DOCUMENT = "document", _("Document")
    BUREAU = "bureau", _("Bureau")
    BANK = "bank", _("Bank")
    STAFF = "staff", _("Staff")


class RunStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Stage(models.TextChoices):
    ELIGIBILITY = "eligibility", _("Eligibility")
    PULLS = "pulls", _("Pulls")
    SCORE = "score", _("Score")
    POLICY = "policy", _("Policy")


class Outcome(models.TextChoices):
    APPROVE = "approve", _("Approve")
    COUNTER_OFFER = "counter_offer", _("Counter-offer")
    REFER = "refer", _("Refer")
    DECLINE = "decline", _("Decline")


class DecisionKind(models.TextChoices):
    AUTOMATIC = "automatic", _("Automatic")
    REVIEW = "review", _("By a person")


class ReasonSource(models.TextChoices):
    POLICY = "policy", _("Policy")
    MODEL = "model", _("Model")
    PERSON = "person", _("Underwriter")
    HOLD = "hold", _("Held for a person")


class OfferKind(models.TextChoices):
    APPROVAL = "approval", _("Approval")
    COUNTER_OFFER = "counter_offer", _("Counter-offer")


class OfferStatus(models.TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")
    SUPERSEDED = "superseded", _("Superseded")


class ConditionStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLEARED = "cleared", _("Cleared")
    WAIVED = "waived", _("Waived")


class ReviewStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Claimed")
    SECOND_PERSON = "second_person", _("Waiting for a second person")
    SETTLED = "settled", _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


class ReviewCause(models.TextChoices):
    REFERRAL = "referral", _("Referred by policy")
    REQUEST = "request", _("Asked for by the applicant")


class StepKind(models.TextChoices):
    CLAIM = "claim", _("Claimed")
    RELEASE = "release", _("Released")
    APPROVE = "approve", _("Approved")
    COUNTER_OFFER = "counter_offer", _("Counter-offered")
    DECLINE = "decline", _("Declined")
    REFER_UP = "refer_up", _("Referred up")
    AGREE = "agree", _("Agreed as second person")
    DISAGREE = "disagree", _("Disagreed as second person")


VERDICT_STEPS = (StepKind.APPROVE, StepKind.COUNTER_OFFER, StepKind.DECLINE)


class OverrideCode(models.TextChoices):
    """Why a person departs from what policy or model said: codes, so that they can be counted."""

    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that the facts did not show")
    INCOME_VERIFIED = "INCOME_VERIFIED", _("Income verified with the payer")
    COLLATERAL = "COLLATERAL", _("Additional security")
    KNOWN_CUSTOMER = "KNOWN_CUSTOMER", _("Long and good relationship")
    DATA_CORRECTED = "DATA_CORRECTED", _("A fact was wrong and is explained")
    IDENTITY_CONFIRMED = "IDENTITY_CONFIRMED", _("Identity confirmed")
    CAPACITY_DOUBTED = "CAPACITY_DOUBTED", _("Doubts about the capacity to repay")
    DOCUMENTS_INCONSISTENT = "DOCUMENTS_INCONSISTENT", _("Documents and answers differ")
    FRAUD_SUSPECTED = "FRAUD_SUSPECTED", _("Signs of fraud")
    POLICY_EXCEPTION = "POLICY_EXCEPTION", _("Exception within the lender's policy")


class PolicyExceptionReason(models.TextChoices):
    """Why somebody gets what policy would not give: codes, so that they can be counted."""

    INCOME_RISEN = "INCOME_RISEN", _("Income verified above what was computed")
    SECURED = "SECURED", _("Security covers the risk")
    GUARANTEED = "GUARANTEED", _("Somebody sound stands in for the loan")
    RELATIONSHIP = "RELATIONSHIP", _("Long and good relationship")
    ONE_OFF_EVENT = "ONE_OFF_EVENT", _("A single event explains the past")
    DATA_WRONG = "DATA_WRONG", _("What policy read was wrong")
    CONTESTED = "CONTESTED", _("The applicant contested the decision and was right")
    OTHER = "OTHER", _("Other, in words")


class Mitigant(models.TextChoices):
    """What makes up for an exception from policy."""

    INCOME_VERIFIED = "INCOME_VERIFIED", _("Income verified with the payer")
    SAVINGS = "SAVINGS", _("Savings seen")
    COLLATERAL = "COLLATERAL", _("Additional security")
    GUARANTOR = "GUARANTOR", _("Guarantor")
    SMALLER_AMOUNT = "SMALLER_AMOUNT", _("Less than was asked for")
    SHORTER_TERM = "SHORTER_TERM", _("Shorter term")
    SALARY_ACCOUNT = "SALARY_ACCOUNT", _("Salary paid into an account here")
    GOOD_RECORD = "GOOD_RECORD", _("Loans repaid here")
    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that the facts did not show")


class HoldCode(models.TextChoices):
    """Why an application went to a person before, or in spite of, its evaluation."""

    REFER_ALL = "REFER_ALL", _("The lender refers every application at present")
    MODEL_MISSING = "MODEL_MISSING", _("No valid model is in charge")
    MODEL_EXPIRED = "MODEL_EXPIRED", _("The validation of the model in charge has ended")
    POLICY_MISSING = "POLICY_MISSING", _("No policy is in force")
    IDENTITY_MATCH = "IDENTITY_MATCH", _("Perhaps a customer already known")
    OTHER_CURRENCY = "OTHER_CURRENCY", _("Owes in another currency: the limit cannot be computed")
    PERSON_LOOKS = "PERSON_LOOKS", _("A person looks at this application")
    FILE_FROZEN = "FILE_FROZEN", _("The credit file is frozen")
    CONSENT_MISSING = "CONSENT_MISSING", _("A consent that an inquiry needs is missing")
    CHECKS_UNAVAILABLE = "CHECKS_UNAVAILABLE", _("An inquiry was not answered")
    DECIDING_FAILED = "DECIDING_FAILED", _("The decision could not be computed")
    REVIEW_REQUESTED = "REVIEW_REQUESTED", _("The applicant asked for a person")


UNCOMPUTED = frozenset(
    {
        HoldCode.MODEL_MISSING,
        HoldCode.MODEL_EXPIRED,
        HoldCode.POLICY_MISSING,
        HoldCode.DECIDING_FAILED,
    }
)
"""No plan was evaluated for these, whatever was pinned."""

DISCREET = frozenset({HoldCode.PERSON_LOOKS})
"""Holds that say no more than themselves: what is behind them must not reach whom it is about."""


class PullStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Not answered")


class PullResult(models.TextChoices):
    """What an answer came to: a check's word, or what file a bureau has."""

    CLEAR = "clear", _("Clear")
    HIT = "hit", _("Hit")
    WHOLE = "whole", _("File")
    THIN = "thin", _("Thin file")
    NONE = "none", _("No file")
    FROZEN = "frozen", _("Frozen file")


class HitCause(models.TextChoices):
    """Why a check does not stand clear."""

    HIT = "hit", _("Hit")
    UNAVAILABLE = "unavailable", _("Not answered")
    NOT_RUN = "not_run", _("Not asked")


class HitStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLEARING = "clearing", _("To be cleared: waits for a second person")
    CONFIRMING = "confirming", _("To be confirmed: waits for a second person")
    CLEARED = "cleared", _("Cleared")
    CONFIRMED = "confirmed", _("Confirmed")


class HitStepKind(models.TextChoices):
    CLEAR = "clear", _("Cleared")
    CONFIRM = "confirm", _("Confirmed")
    AGREE = "agree", _("Agreed as second person")
    DISAGREE = "disagree", _("Disagreed as second person")


class HitReason(models.TextChoices):
    """Why a hit is cleared or confirmed: codes, so that they can be counted."""

    OTHER_PERSON = "OTHER_PERSON", _("Somebody else of the same name")
    DOCUMENTS_SEEN = "DOCUMENTS_SEEN", _("Documents seen that settle it")
    CHECKED_BY_HAND = "CHECKED_BY_HAND", _("Checked by hand with the source")
    DATA_CORRECTED = "DATA_CORRECTED", _("A wrong answer was corrected")
    SAME_PERSON = "SAME_PERSON", _("It is the person")
    FRAUD_ESTABLISHED = "FRAUD_ESTABLISHED", _("Fraud is established")
    NOT_EXPLAINED = "NOT_EXPLAINED", _("It could not be explained")


class DutyKind(models.TextChoices):
    """Legal clocks: what is owed to an applicant, and by when."""

    NOTICE = "notice", _("Notice of the decision")
    COUNTER_OFFER_NOTICE = "counter_offer_notice", _("Notice after an untaken counter-offer")
    REVIEW = "review", _("Assessment by a person")


class DutyStatus(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    VOID = "void", _("Void")


class PolicyStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKED = "checked", _("Checked")
    SUBMITTED = "submitted", _("Submitted")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class PolicyMove(models.TextChoices):
    """What is done to a policy version; the steps of its life."""

    DRAFTED = "drafted", _("Drafted")
    SAVED = "saved", _("Changed")
    CHECKED = "checked", _("Checked")
    SUBMITTED = "submitted", _("Handed in")
    RETURNED = "returned", _("Returned to its author")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Taken back before it began")
    RETIRED = "retired", _("Retired")
    ENDED = "ended", _("Replaced")


class Obstacle(models.TextChoices):
    """Why a policy cannot be published now: every reason there is, in words for a person."""

    PERMISSION = "permission", _("You may not publish policies.")
    SAME_PERSON = "same_person", _("You worked on this policy: somebody else publishes it.")
    STATUS = "status", _("It has not been handed in.")
    PAST = "past", _("It cannot begin in the past.")
    LATER_SCHEDULED = "later_scheduled", _("A policy that begins later is published already.")
    PRODUCT_MISSING = "product_missing", _("The product is not published.")
    CHECKS_FAIL = "checks_fail", _("Product, dictionary or law changed since it was checked.")
    CONSENT_MISSING = "consent_missing", _("A text of consent that the law asks for is missing.")
    BACKTEST_MISSING = "backtest_missing", _("It was not tested against past applications.")
    BACKTEST_RUNNING = "backtest_running", _("Its test against past applications is running.")
    BACKTEST_FAILED = "backtest_failed", _("Its test against past applications did not finish.")
    BACKTEST_STALE = "backtest_stale", _("Another policy is in force since it was tested.")
    BACKTEST_OLD = "backtest_old", _("Its test against past applications is too old.")
    GATE = "gate", _("A gate blocks it.")


class GateExceptionReason(models.TextChoices):
    """Why a policy may begin although a gate blocks it: codes, so that they can be counted."""

    LAW_CHANGED = "LAW_CHANGED", _("The law asks for the change")
    RISK_ACCEPTED = "RISK_ACCEPTED", _("The risk is wanted, and priced for")
    NEW_MARKET = "NEW_MARKET", _("The past says little about the applicants to come")
    BUSINESS_NECESSITY = "BUSINESS_NECESSITY", _("Necessary, and no less discriminatory way found")
    DATA_MISSING = "DATA_MISSING", _("What the gate needs is not known yet")
    TRIAL = "TRIAL", _("A trial of limited size")


class TrialMode(models.TextChoices):
    """How a challenger policy is tried: beside the one in force, or for a share of applicants."""

    SHADOW = "shadow", _("In shadow")
    SPLIT = "split", _("Split test")


class TrialStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    RUNNING = "running", _("Running")
    REFUSED = "refused", _("Refused")
    ENDED = "ended", _("Ended")


class TrialMeasure(models.TextChoices):
    """What a trial is about; the direction that is better is part of it."""

    APPROVALS = "approvals", _("More approvals")
    REFERRALS = "referrals", _("Fewer referrals")
    WORTH = "worth", _("Loans that earn more")


class Crossing(models.TextChoices):
    """What a look at a trial has proved of the challenger."""

    NONE = "", _("Nothing yet")
    BETTER = "better", _("Better")
    WORSE = "worse", _("Worse")


class PathStatus(models.TextChoices):
    """What became of the search for what would get somebody approved."""

    FOUND = "found", _("Found")
    NONE = "none", _("Nothing found")
    WITHHELD = "withheld", _("Not looked for")


class PinKind(models.TextChoices):
    """Documents that decisions name by hash and that no other table keeps."""

    PACK = "pack", _("Regulation pack")
    ENGINE = "engine", _("Engine lock")


class BacktestStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


UNDER_WAY = (BacktestStatus.WAITING, BacktestStatus.RUNNING)


class SnapshotSource(models.TextChoices):
    """Where a snapshot's applications come from: decided here, or imported from before."""

    DECIDED = "decided", _("Decided here")
    IMPORTED = "imported", _("Imported")
