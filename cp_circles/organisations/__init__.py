"""Regions, industries, companies and departments: who belongs where."""
