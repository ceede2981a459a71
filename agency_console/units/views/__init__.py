"""Views of the units, of absences, and of the unit of a case."""
