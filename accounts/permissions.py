"""What each role may do. The one table; everything else asks for a permission, never for a role."""

from collections.abc import Mapping

from accounts.enums import Role

LOOK = frozenset(
    {
        "underwriting.view_application",
        "underwriting.view_batch",
        "underwriting.view_party",
        "underwriting.view_decision",
        "underwriting.view_review",
        "underwriting.view_offer",
        "underwriting.view_bookingcase",
        "underwriting.view_condition",
        "underwriting.view_policyversion",
        "underwriting.view_backtest",
        "underwriting.view_policygates",
        "underwriting.view_policytrial",
        "underwriting.view_authoritymatrix",
        "underwriting.view_connectorsetting",
        "underwriting.view_referencelist",
        "scoring.view_product",
        "scoring.view_productversion",
        "scoring.view_dictionaryversion",
        "scoring.view_modelversion",
        "scoring.view_trainingrun",
        "scoring.view_championship",
        "scoring.view_splittest",
        "scoring.view_scoringrun",
        "scoring.view_modelrequest",
        "scoring.view_inventoryentry",
        "scoring.view_modelevidence",
        "scoring.view_monitoringrun",
        "scoring.view_alert",
        "scoring.view_pause",
        "events.view_event",
    }
)
REVIEW = frozenset({"underwriting.review_application", "underwriting.settle_booking"})
SEND = frozenset({"underwriting.send_batch"})
"""Files of applications, sent in the lender's own name."""
SECOND = frozenset({"underwriting.second_review"})
IDENTITY = frozenset({"underwriting.view_identity"})
"""Names, numbers and contacts opened; the rest of a file is read without them."""
ANALYSE = frozenset(
    {
        "scoring.train_model",
        "scoring.import_loans",
        "scoring.view_dataset",
        "scoring.view_trainingschedule",
        "scoring.change_trainingschedule",
        "scoring.view_dictionarydraft",
        "scoring.view_loanupload",
        "scoring.view_leakageacceptance",
        "scoring.view_producteconomics",
        "scoring.draft_dictionary",
        "scoring.register_dataset",
        "scoring.request_leakage_acceptance",
        "scoring.request_model_move",
        "scoring.post_outcomes",
        "scoring.change_economics",
        "scoring.take_alert",
        "underwriting.draft_policy",
        "underwriting.propose_gates",
        "underwriting.propose_authority",
    }
)
APPROVE = frozenset(
    {
        "underwriting.publish_policy",
        "underwriting.answer_gates",
        "underwriting.answer_authority",
        "scoring.answer_leakage",
        "scoring.answer_model_move",
        "scoring.refuse_all",
        "scoring.view_dataset",
        "scoring.view_leakageacceptance",
        "scoring.view_producteconomics",
    }
)
WEBHOOKS = frozenset(
    {
        "events.view_webhookendpoint",
        "events.view_webhookdelivery",
        "events.manage_webhooks",
    }
)
ADMINISTER = WEBHOOKS | frozenset(
    {
        "accounts.view_membership",
        "accounts.manage_members",
        "accounts.view_invitation",
        "accounts.view_partner",
        "accounts.manage_partners",
        "accounts.view_apikey",
        "accounts.view_apirequest",
        "accounts.manage_api_keys",
    }
)
KEYS = WEBHOOKS | frozenset(
    {
        "accounts.view_apikey",
        "accounts.view_apirequest",
        "accounts.manage_api_keys",
        "accounts.view_partner",
        "scoring.view_product",
        "scoring.view_productversion",
        "scoring.view_dictionaryversion",
        "events.view_event",
    }
)
FAIRNESS = frozenset({"scoring.view_protected", "scoring.view_dataset"})
FRAUD = frozenset({"underwriting.view_fraud", "underwriting.view_checkhit"})
"""What checks found. Nobody else may know, least of all whom it is about."""
SETTLE = frozenset({"underwriting.settle_hit"})
CONNECT = frozenset({"underwriting.manage_connectors"})

LISTS = frozenset({"underwriting.change_list"})
FRAUD_LISTS = LISTS | frozenset({"underwriting.view_sensitive_list"})
MAKE_LISTS = frozenset({"underwriting.create_list"})
"""Entries are added by one and taken off by another; those about fraud few may read."""

STOP = frozenset({"scoring.refer_all"})
"""Let people decide everything from the next application on; `scoring.refuse_all` ends it."""
EXCEPT = frozenset({"underwriting.grant_gate_exception"})
"""Authority to let a policy begin that a gate blocks; not that of whoever publishes it."""
EXCEPTIONS = frozenset({"underwriting.view_policyexception"})
"""Who made exceptions from policy, how often, and why."""

OF_ROLE: Mapping[str, frozenset[str]] = {
    Role.OWNER: LOOK
    | ADMINISTER
    | EXCEPT
    | EXCEPTIONS
    | STOP
    | CONNECT
    | frozenset({"scoring.answer_model_move"}),
    Role.RISK_ANALYST: LOOK | ANALYSE | STOP | LISTS | MAKE_LISTS,
    Role.APPROVER: LOOK | APPROVE | STOP | EXCEPTIONS,
    Role.UNDERWRITER: LOOK | REVIEW | IDENTITY | SEND,
    Role.SENIOR_UNDERWRITER: LOOK
    | REVIEW
    | SEND
    | SECOND
    | IDENTITY
    | FRAUD_LISTS
    | FRAUD
    | SETTLE,
    Role.COMPLIANCE: (
        LOOK
        | FAIRNESS
        | IDENTITY
        | FRAUD_LISTS
        | MAKE_LISTS
        | EXCEPT
        | EXCEPTIONS
        | STOP
        | FRAUD
        | SETTLE
    ),
    Role.AUDITOR: LOOK
    | FRAUD
    | frozenset({"accounts.view_membership", "accounts.view_apikey", "accounts.view_apirequest"}),
    Role.DEVELOPER: KEYS,
}


def permissions_of(role: str) -> frozenset[str]:
    """Permissions of a role; none for one that is not known."""
    return OF_ROLE.get(role, frozenset())
