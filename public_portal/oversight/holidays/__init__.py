"""The days off, which national oversight keeps."""
