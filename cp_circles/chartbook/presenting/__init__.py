"""The charts of a scope as finished drawings and words."""
