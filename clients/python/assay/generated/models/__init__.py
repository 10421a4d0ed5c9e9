"""Contains all the data models used in inputs/outputs"""

from .address import Address
from .agreed import Agreed
from .applicant import Applicant
from .application import Application
from .application_page import ApplicationPage
from .application_request import ApplicationRequest
from .applications_list_metadata import ApplicationsListMetadata
from .batch import Batch
from .batch_counts import BatchCounts
from .batch_error import BatchError
from .batch_form import BatchForm
from .batch_origin import BatchOrigin
from .batch_page import BatchPage
from .batch_reference import BatchReference
from .batches_errors_format import BatchesErrorsFormat
from .batches_list_status import BatchesListStatus
from .batches_results_format import BatchesResultsFormat
from .booking import Booking
from .booking_case import BookingCase
from .booking_case_page import BookingCasePage
from .booking_request import BookingRequest
from .chunk import Chunk
from .chunk_counts import ChunkCounts
from .chunk_failure import ChunkFailure
from .chunk_page import ChunkPage
from .consent import Consent
from .consent_text import ConsentText
from .contribution import Contribution
from .decision import Decision
from .decision_model import DecisionModel
from .decision_page import DecisionPage
from .decision_trace_type_0_item import DecisionTraceType0Item
from .document import Document
from .document_page import DocumentPage
from .document_request import DocumentRequest
from .event_page import EventPage
from .event_subject import EventSubject
from .events_export_format import EventsExportFormat
from .facts_added import FactsAdded
from .facts_request import FactsRequest
from .feature import Feature
from .full_offer import FullOffer
from .identity import Identity
from .indicative_offer import IndicativeOffer
from .listed_application import ListedApplication
from .model import Model
from .model_card import ModelCard
from .model_card_sections_item import ModelCardSectionsItem
from .model_metrics import ModelMetrics
from .model_page import ModelPage
from .money import Money
from .money_span import MoneySpan
from .month import Month
from .offer import Offer
from .offer_page import OfferPage
from .outcome_page import OutcomePage
from .outcome_report import OutcomeReport
from .outcome_report_request import OutcomeReportRequest
from .party import Party
from .party_score import PartyScore
from .patched_webhook_change import PatchedWebhookChange
from .path import Path
from .path_change import PathChange
from .prequalification import Prequalification
from .prequalification_page import PrequalificationPage
from .prequalification_request import PrequalificationRequest
from .product import Product
from .product_page import ProductPage
from .product_schema import ProductSchema
from .products_batch_template_format import ProductsBatchTemplateFormat
from .reason import Reason
from .reported_month import ReportedMonth
from .requested import Requested
from .response_header import ResponseHeader
from .review_asked import ReviewAsked
from .review_request import ReviewRequest
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
from .text_span import TextSpan
from .thin_event import ThinEvent
from .token import Token
from .token_request import TokenRequest
from .token_revocation import TokenRevocation
from .upload import Upload
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
from .whole_event import WholeEvent
from .wrong_field import WrongField

__all__ = (
    "Address",
    "Agreed",
    "Applicant",
    "Application",
    "ApplicationPage",
    "ApplicationRequest",
    "ApplicationsListMetadata",
    "Batch",
    "BatchCounts",
    "BatchError",
    "BatchesErrorsFormat",
    "BatchesListStatus",
    "BatchesResultsFormat",
    "BatchForm",
    "BatchOrigin",
    "BatchPage",
    "BatchReference",
    "Booking",
    "BookingCase",
    "BookingCasePage",
    "BookingRequest",
    "Chunk",
    "ChunkCounts",
    "ChunkFailure",
    "ChunkPage",
    "Consent",
    "ConsentText",
    "Contribution",
    "Decision",
    "DecisionModel",
    "DecisionPage",
    "DecisionTraceType0Item",
    "Document",
    "DocumentPage",
    "DocumentRequest",
    "EventPage",
    "EventsExportFormat",
    "EventSubject",
    "FactsAdded",
    "FactsRequest",
    "Feature",
    "FullOffer",
    "Identity",
    "IndicativeOffer",
    "ListedApplication",
    "Model",
    "ModelCard",
    "ModelCardSectionsItem",
    "ModelMetrics",
    "ModelPage",
    "Money",
    "MoneySpan",
    "Month",
    "Offer",
    "OfferPage",
    "OutcomePage",
    "OutcomeReport",
    "OutcomeReportRequest",
    "Party",
    "PartyScore",
    "PatchedWebhookChange",
    "Path",
    "PathChange",
    "Prequalification",
    "PrequalificationPage",
    "PrequalificationRequest",
    "Product",
    "ProductPage",
    "ProductsBatchTemplateFormat",
    "ProductSchema",
    "Reason",
    "ReportedMonth",
    "Requested",
    "ResponseHeader",
    "ReviewAsked",
    "ReviewRequest",
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
    "TextSpan",
    "ThinEvent",
    "Token",
    "TokenRequest",
    "TokenRevocation",
    "Upload",
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
    "WholeEvent",
    "WrongField",
)
