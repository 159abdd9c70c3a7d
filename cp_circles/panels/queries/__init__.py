"""Plans, judges who are behind, and the grounds on which somebody does not judge an entry."""
