"""Finance's own evidence, money beside the meter, third parties, and effects without money."""
