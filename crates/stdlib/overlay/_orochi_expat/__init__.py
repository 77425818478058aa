"""What `pyexpat` is made of: codes, grammar, and the reading of document types."""
