"""Appeals: a citizen asks national oversight to review an answer; the decision."""
