"""Rules as data: the packs that ship, their schema and the one loader that validates them."""
