"""Programs for developers and operators, and modules that the programs share."""
