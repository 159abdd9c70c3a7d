"""The workbench: quality tools as living charts on a project's own data, kept in versions."""
