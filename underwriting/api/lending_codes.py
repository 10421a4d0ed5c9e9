"""Codes of what comes around applications: money, models, events, batches."""

from collections.abc import Mapping

from underwriting.api.code import Code

MONEY: Mapping[str, Code] = {
    "prequalification_unusable": Code(
        409,
        "This prequalification cannot become an application",
        "It is none of this key's, of another product, not made yet, over, or an application"
        " already.",
        "Leave it out, or ask for a new one.",
    ),
    "no_offer": Code(
        409,
        "No offer stands",
        "The application has no offer to answer.",
        "Read the application: its status says why.",
    ),
    "offer_answered": Code(
        409,
        "The offer has been answered",
        "It was accepted or declined before, by whichever door.",
        "Read the offer: it says what was answered and when.",
    ),
    "offer_expired": Code(
        409,
        "The offer has expired",
        "Its time was over.",
        "Send a new application.",
    ),
    "offer_superseded": Code(
        409,
        "Another decision took the offer's place",
        "The application was decided again since.",
        "Read the application for what stands now.",
    ),
}

MODELS: Mapping[str, Code] = {
    "card_incomplete": Code(
        409,
        "The model's card cannot be written yet",
        "Something that a card must say is not written down; `detail` says what.",
        "Let the lender complete the model's entry in its inventory.",
    ),
    "champion_only": Code(
        403,
        "Only the model in charge scores",
        "A score for this purpose comes from the model in charge.",
        "Leave the model out.",
    ),
    "model_retired": Code(
        409,
        "The model is retired",
        "A retired model scores nobody.",
        "Ask for the model in charge.",
    ),
}

EVENTS: Mapping[str, Code] = {
    "endpoint_disabled": Code(
        409,
        "The endpoint is switched off",
        "Nothing is sent to it, by somebody's wish or because it answered 410.",
        "Switch it on first.",
    ),
    "test_only": Code(
        409,
        "For tests only",
        "This is taken in a test twin alone.",
        "Use an `assay_test_…` key, or an address on the open internet.",
    ),
    "in_flight": Code(
        409,
        "It is under way",
        "What was asked for runs already.",
        "Wait for it to end.",
        again=True,
    ),
    "nobody_listens": Code(
        409,
        "Nobody listens",
        "No endpoint takes events of this type, so none was sent.",
        "Make an endpoint that takes it first.",
    ),
    "too_many": Code(
        409,
        "Too many at once",
        "More than one request may ask for was asked for.",
        "Ask for a smaller range.",
    ),
    "too_many_endpoints": Code(
        409,
        "No more endpoints",
        "There are as many endpoints as there may be.",
        "Delete one that is not needed, or let one take more types.",
    ),
    "broken_chain": Code(
        409,
        "The chain of events does not hold",
        "What is stored contradicts itself: somebody altered the record.",
        "Tell the lender at once, with the `request_id`.",
    ),
}

BATCHES: Mapping[str, Code] = {
    "upload_used": Code(
        409,
        "This file has been used",
        "An upload becomes one batch; this one has, or its week is over.",
        "Send the file again.",
    ),
    "batch_over": Code(
        409,
        "The batch is over",
        "Nothing of it is left to stop.",
        "Read the batch: it says how it ended.",
    ),
    "batch_state": Code(
        409,
        "The batch is under way or done",
        "Only a batch that failed or was cancelled is taken up again.",
        "Read the batch: it says how far it is.",
    ),
    "batch_file_refused": Code(
        409,
        "The file itself was refused",
        "The batch's `error` names what is wrong with the file; nothing of it was decided.",
        "Correct the file and send it as a new batch.",
    ),
    "batch_emptied": Code(
        409,
        "Nothing is left to take up",
        "There is no such chunk to try again, or the rows were thrown away a week after the end.",
        "Send the rows that are missing as a new batch.",
    ),
    "worker_lost": Code(
        409,
        "Its workers were lost",
        "Reading the file was begun several times and never came to its end.",
        "Resume the batch; if it goes on, tell us the batch's id.",
        again=True,
    ),
}
