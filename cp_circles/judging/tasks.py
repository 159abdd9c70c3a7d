"""The tasks 待办 and mails that a round gives, as message ids."""

from cp_circles.errors import msg

ACCEPT = msg("Accept or decline judging in %(round)s")
DECLARE = msg("Declare your conflicts of interest in %(round)s")
SCORE = msg("Score your entries in %(round)s")
REVIEW = msg("Review the entries of %(round)s")
COMPLETE = msg("Complete entry %(entry)s of %(round)s")
LATE = msg("Decide on entry %(entry)s of %(round)s: it was not completed by %(day)s")
REPLACE = msg("Assign another judge to entry %(entry)s of %(round)s")
COMPUTE = msg("Compute the standing of %(round)s")
PUBLISH = msg("Publish the standing of %(round)s")
DECIDE = msg("Decide on an objection in %(round)s")
FINISH = msg("Finish %(round)s after the publicity period")
RESERVE = msg("A place of %(round)s came back: move up a reserve")
HAND_ON = msg("Places came back to %(round)s: hand them on")
CHECK_ROUND = msg("Check and announce the round %(round)s")

INVITED = msg("You are invited to judge in %(round)s")
INVITED_BODY = msg("You are asked to judge in %(round)s. Please accept or decline.")
RELEASED = msg("You do not judge in %(round)s any more")
RELEASED_BODY = msg("The organiser released you. What you handed in counts. Reason given: %(reason)s")
REMIND_SUBJECT = msg("Reminder from the organiser: %(round)s")
REMIND_TO_ANSWER = msg(
    "You are invited to judge in %(round)s and have not answered yet. Please accept or decline."
)
REMIND_TO_DECLARE = msg(
    "Please declare your conflicts of interest in %(round)s; entries are assigned afterwards."
)
REMIND_TO_SCORE = msg(
    "Score sheets of yours in %(round)s that are still open: %(count)s. Please hand them in."
)
REVIEWED = msg("Entry %(entry)s of %(round)s was reviewed")
REVIEWED_BODY = msg("The formal review of entry %(entry)s is done. Reason given: %(reason)s")
MISSED = msg("Entry %(entry)s of %(round)s was not completed in time")
MISSED_BODY = msg(
    "What was asked for was to be handed in by %(day)s. Nothing can be handed in now; the organiser gives"
    " another day, defers the entry or refuses it."
)
REOPENED = msg("A score sheet of yours in %(round)s was reopened")
REOPENED_BODY = msg("The organiser reopened your sheet for entry %(entry)s. Reason given: %(reason)s")
PROMOTED = msg("Your result goes up from %(round)s")
PROMOTED_BODY = msg("“%(title)s” is recommended to %(upper)s.")
OBJECTION_CLOSED = msg("Your objection in %(round)s was settled")
OBJECTION_CLOSED_BODY = msg("The decision and its reasons can be read on the page of your objection.")
SHEETS_RECEIPT = msg("Receipt for your score sheets in %(round)s")
SHEETS_RECEIPT_BODY = msg(
    "%(count)s score sheets of yours are handed in and locked. Hash of the last one: %(sheet)s."
    " Your receipt, which covers them all: %(receipt)s. Keep it; anybody can check it without signing in."
)
ENTRY_RECEIPT = msg("Receipt for your entry in %(round)s")
ENTRY_RECEIPT_BODY = msg(
    "“%(title)s” was judged by %(count)s score sheets. Hash of the package: %(package)s."
    " Published head of the event chains, place %(place)s: %(head)s. Keep this message; with it, anybody"
    " can show later that nothing was changed."
)
LIST_CHANGED = msg("A published list changed: %(round)s")
LIST_CHANGED_BODY = msg(
    "A decision changed the line of your entry in the published list of %(round)s. Reason given: %(reason)s"
)
AMENDED = msg("The rule of %(round)s was amended")
AMENDED_BODY = msg(
    "The announced rule or plan of %(round)s changed; the page of the rule shows the old and the new text."
    " Reason given: %(reason)s"
)
