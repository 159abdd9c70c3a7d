"""The judge's desk: score sheets from the first draft until they are locked, given back or put aside."""
