"""Made-up agencies, people and cases for a demonstration: real services, invented lives."""
