"""The web door: session, access, errors, forms, paging, languages, uploads."""
