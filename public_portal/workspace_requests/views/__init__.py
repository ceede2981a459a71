"""The wizard in which an institution asks for a workspace, and the page of its request."""
