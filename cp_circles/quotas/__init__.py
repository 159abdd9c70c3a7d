"""Places between rounds: given to the units, given back, and handed on."""
