"""Transfer of cases between agencies: offers, arbitration, parts, who held a case and when."""
