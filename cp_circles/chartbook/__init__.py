"""The charts of a scope: what its savings consist of, how they came about, and how two scopes compare."""
