"""The reviews that citizens ask national oversight for."""
