"""Who judges a round and who scores what: invitations, conflicts of interest, plans and reminders."""
