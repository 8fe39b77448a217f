"""Digests, manifests and the custody log. Plain Python, and plain enough to be checked without it."""
