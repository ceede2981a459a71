"""Views of the page of a case, and of all acts on the case."""
