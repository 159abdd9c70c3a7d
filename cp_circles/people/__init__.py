"""Accounts, grants (role by scope), sign-ins, drafts."""
