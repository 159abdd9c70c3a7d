"""The importer of foreign files: projects and claims by mapping packs, each file checked whole first."""
