"""Transfer of cases between agencies: offers, decisions on competence, parts and holdings."""
