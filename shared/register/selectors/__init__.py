"""The figures and what stands behind them. Every page, file and interface asks here."""

from shared.register.selectors.figures import (
    agencies_withheld,
    cohort_figures,
    comparison,
    comparison_of,
    delays,
    measures_withheld,
    monthly_received_and_replied,
)
from shared.register.selectors.snapshot import figures_in, snapshot_stored, snapshot_taken
from shared.register.selectors.tallies import KEPT, month_rows

__all__ = [
    "KEPT",
    "agencies_withheld",
    "cohort_figures",
    "comparison",
    "comparison_of",
    "delays",
    "figures_in",
    "measures_withheld",
    "month_rows",
    "monthly_received_and_replied",
    "snapshot_stored",
    "snapshot_taken",
]
