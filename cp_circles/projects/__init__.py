"""Projects: registration, the steps of their method, records, evidence, gates."""
