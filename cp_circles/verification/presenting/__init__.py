"""The room's facts as finished words and figures: rows of money, and what proves each of them."""
