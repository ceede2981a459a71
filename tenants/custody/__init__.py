"""Transfer of cases between agencies: offers, arbitration, parts, and the record of holdings."""
