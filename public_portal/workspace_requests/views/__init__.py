"""Views of the wizard for a workspace request, and of the request's page."""
