"""Savings: claims, conversions and the verification chain."""
