"""Which pages the desk has, in which order the menu names them, and what Today shows."""

from django.utils.translation import gettext_lazy as _

from accounts.site import Link, Section, desk_site
from events.models import Event, WebhookDelivery, WebhookEndpoint
from scoring.desk import checklist
from scoring.desk.dataset_sources import Source, source_add
from scoring.desk.datasets import leaks_waiting
from scoring.desk.requests import waiting
from scoring.models import ScoringRun
from scoring.services.dataset_rows import APPLICATIONS
from underwriting.desk.applications import ApplicationAdmin
from underwriting.desk.authority import AuthorityMatrixAdmin
from underwriting.desk.backtests import BacktestAdmin
from underwriting.desk.batches import BatchAdmin
from underwriting.desk.booking_cases import BookingCaseAdmin
from underwriting.desk.chain import EventAdmin
from underwriting.desk.changes_waiting import changes_waiting
from underwriting.desk.connectors import ConnectorSettingAdmin
from underwriting.desk.exceptions import PolicyExceptionAdmin
from underwriting.desk.first_policy import policy_steps
from underwriting.desk.gates import PolicyGatesAdmin
from underwriting.desk.hits import CheckHitAdmin
from underwriting.desk.policies import PolicyVersionAdmin
from underwriting.desk.policy_trials import PolicyTrialAdmin
from underwriting.desk.queue import ReviewAdmin
from underwriting.desk.reference_lists import ReferenceListAdmin
from underwriting.desk.scores import ScoringRunAdmin
from underwriting.desk.today import today
from underwriting.desk.webhook_deliveries import WebhookDeliveryAdmin
from underwriting.desk.webhooks import WebhookEndpointAdmin
from underwriting.models import (
    Application,
    AuthorityMatrix,
    Backtest,
    Batch,
    BookingCase,
    CheckHit,
    ConnectorSetting,
    PolicyException,
    PolicyGates,
    PolicyTrial,
    PolicyVersion,
    ReferenceList,
    Review,
)
from underwriting.services.own_loans import own_loans_register

SECTIONS = (
    Section(
        _("Underwriting"),
        (
            Link(_("Queue"), "underwriting.review"),
            Link(_("Applications"), "underwriting.application"),
            Link(_("Batches"), "underwriting.batch"),
            Link(_("Checks that stand"), "underwriting.checkhit"),
            Link(_("Bookings that do not match"), "underwriting.bookingcase"),
            Link(_("Exceptions from policy"), "underwriting.policyexception"),
            Link(_("Scores"), "scoring.scoringrun"),
        ),
    ),
    Section(
        _("Rules and models"),
        (
            Link(_("Policies"), "underwriting.policyversion"),
            Link(_("Backtests"), "underwriting.backtest"),
            Link(_("Trials of policies"), "underwriting.policytrial"),
            Link(_("Gates of publication"), "underwriting.policygates"),
            Link(_("Authority"), "underwriting.authoritymatrix"),
            Link(_("Refer all"), "scoring.pause"),
            Link(_("Lists"), "underwriting.referencelist"),
            Link(_("Products"), "scoring.productversion"),
            Link(_("Connectors"), "underwriting.connectorsetting"),
            Link(_("Dictionaries"), "scoring.dictionaryversion"),
            Link(_("Dictionary drafts"), "scoring.dictionarydraft"),
            Link(_("Models"), "scoring.modelversion"),
            Link(_("In charge"), "scoring.championship"),
            Link(_("Challengers"), "scoring.splittest"),
            Link(_("Requests about models"), "scoring.modelrequest"),
            Link(_("Inventory"), "scoring.inventoryentry"),
            Link(_("Monitoring"), "scoring.monitoringrun"),
            Link(_("Economics"), "scoring.producteconomics"),
            Link(_("Trainings"), "scoring.trainingrun"),
            Link(_("Training schedules"), "scoring.trainingschedule"),
            Link(_("Data sets"), "scoring.dataset"),
            Link(_("Outcome definitions"), "scoring.outcomedefinition"),
        ),
    ),
    Section(_("Record"), (Link(_("Events"), "events.event"),)),
    Section(
        _("People and keys"),
        (
            Link(_("Members"), "accounts.membership"),
            Link(_("Invitations"), "accounts.invitation"),
            Link(_("Partners"), "accounts.partner"),
            Link(_("API keys"), "accounts.apikey"),
            Link(_("API requests"), "accounts.apirequest"),
            Link(_("Webhooks"), "events.webhookendpoint"),
            Link(_("Webhook deliveries"), "events.webhookdelivery"),
        ),
    ),
    Section(
        _("Platform"),
        (
            Link(_("Users"), "accounts.user"),
            Link(_("Periodic tasks"), "django_celery_beat.periodictask"),
            Link(_("Intervals"), "django_celery_beat.intervalschedule"),
            Link(_("Crontabs"), "django_celery_beat.crontabschedule"),
        ),
    ),
)


def register() -> None:
    site = desk_site()
    site.register(Review, ReviewAdmin)
    site.register(Application, ApplicationAdmin)
    site.register(CheckHit, CheckHitAdmin)
    site.register(BookingCase, BookingCaseAdmin)
    site.register(ConnectorSetting, ConnectorSettingAdmin)
    site.register(PolicyVersion, PolicyVersionAdmin)
    site.register(Backtest, BacktestAdmin)
    site.register(Batch, BatchAdmin)
    site.register(PolicyGates, PolicyGatesAdmin)
    site.register(PolicyTrial, PolicyTrialAdmin)
    site.register(ReferenceList, ReferenceListAdmin)
    site.register(AuthorityMatrix, AuthorityMatrixAdmin)
    site.register(PolicyException, PolicyExceptionAdmin)
    site.register(Event, EventAdmin)
    site.register(WebhookEndpoint, WebhookEndpointAdmin)
    site.register(WebhookDelivery, WebhookDeliveryAdmin)
    site.register(ScoringRun, ScoringRunAdmin)
    site.sections.extend(SECTIONS)
    site.panels.extend([today, waiting, changes_waiting, leaks_waiting])
    source_add(Source(APPLICATIONS, _("Applications decided here"), own_loans_register))
    checklist.FURTHER.append(policy_steps)
