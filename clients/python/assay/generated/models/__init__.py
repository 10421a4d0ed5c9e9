"""Contains all the data models used in inputs/outputs"""

from .address import Address
from .applicant import Applicant
from .application import Application
from .application_page import ApplicationPage
from .application_request import ApplicationRequest
from .consent import Consent
from .consent_text import ConsentText
from .contribution import Contribution
from .decision import Decision
from .decision_trace_item import DecisionTraceItem
from .feature import Feature
from .full_offer import FullOffer
from .identity import Identity
from .model import Model
from .money import Money
from .month import Month
from .offer import Offer
from .offer_page import OfferPage
from .outcome_report import OutcomeReport
from .outcome_report_request import OutcomeReportRequest
from .party import Party
from .party_score import PartyScore
from .patched_webhook_change import PatchedWebhookChange
from .path import Path
from .path_change import PathChange
from .product import Product
from .product_page import ProductPage
from .product_schema import ProductSchema
from .reason import Reason
from .response_header import ResponseHeader
from .row_score import RowScore
from .score import Score
from .score_batch import ScoreBatch
from .score_batch_request import ScoreBatchRequest
from .score_erasure import ScoreErasure
from .score_erasure_request import ScoreErasureRequest
from .score_page import ScorePage
from .score_reason import ScoreReason
from .score_request import ScoreRequest
from .score_row import ScoreRow
from .scoring_model import ScoringModel
from .standing_condition import StandingCondition
from .test_clock import TestClock
from .test_clock_advance import TestClockAdvance
from .test_clock_advanced import TestClockAdvanced
from .test_persona import TestPersona
from .test_persona_page import TestPersonaPage
from .test_webhook import TestWebhook
from .test_webhook_sent import TestWebhookSent
from .test_webhook_target import TestWebhookTarget
from .token import Token
from .token_request import TokenRequest
from .token_request_grant_type import TokenRequestGrantType
from .token_revocation import TokenRevocation
from .webhook import Webhook
from .webhook_attempt import WebhookAttempt
from .webhook_delivery import WebhookDelivery
from .webhook_delivery_in_full import WebhookDeliveryInFull
from .webhook_delivery_page import WebhookDeliveryPage
from .webhook_page import WebhookPage
from .webhook_replay import WebhookReplay
from .webhook_replayed import WebhookReplayed
from .webhook_request import WebhookRequest
from .webhook_rotation import WebhookRotation
from .webhook_trial import WebhookTrial
from .webhook_trial_sent import WebhookTrialSent
from .webhook_with_secret import WebhookWithSecret
from .wrong_field import WrongField

__all__ = (
    "Address",
    "Applicant",
    "Application",
    "ApplicationPage",
    "ApplicationRequest",
    "Consent",
    "ConsentText",
    "Contribution",
    "Decision",
    "DecisionTraceItem",
    "Feature",
    "FullOffer",
    "Identity",
    "Model",
    "Money",
    "Month",
    "Offer",
    "OfferPage",
    "OutcomeReport",
    "OutcomeReportRequest",
    "Party",
    "PartyScore",
    "PatchedWebhookChange",
    "Path",
    "PathChange",
    "Product",
    "ProductPage",
    "ProductSchema",
    "Reason",
    "ResponseHeader",
    "RowScore",
    "Score",
    "ScoreBatch",
    "ScoreBatchRequest",
    "ScoreErasure",
    "ScoreErasureRequest",
    "ScorePage",
    "ScoreReason",
    "ScoreRequest",
    "ScoreRow",
    "ScoringModel",
    "StandingCondition",
    "TestClock",
    "TestClockAdvance",
    "TestClockAdvanced",
    "TestPersona",
    "TestPersonaPage",
    "TestWebhook",
    "TestWebhookSent",
    "TestWebhookTarget",
    "Token",
    "TokenRequest",
    "TokenRequestGrantType",
    "TokenRevocation",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookDeliveryInFull",
    "WebhookDeliveryPage",
    "WebhookPage",
    "WebhookReplay",
    "WebhookReplayed",
    "WebhookRequest",
    "WebhookRotation",
    "WebhookTrial",
    "WebhookTrialSent",
    "WebhookWithSecret",
    "WrongField",
)
