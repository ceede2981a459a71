"""The journey of an institution, the page of its request, and oversight's desk."""
