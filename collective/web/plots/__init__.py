"""Plots for pages: SVG drawn on the server, remembered, to be shown with a table beside it.

Each function returns markup for `{% plot_figure %}`. Values are drawn as they are; nothing is estimated here except
the counts of a histogram. The first plot of a process takes about two seconds (Altair and the V8 engine inside
vl-convert are loaded then), later ones a tenth of a second, repeated ones nothing.
"""

from .bars import Bar, bars
from .distribution import distribution_plot
from .heatmap import Cell, heatmap
from .intervals import Interval, interval_plot
from .references import Reference
from .timeline import timeline

__all__ = ["Bar", "Cell", "Interval", "Reference", "bars", "distribution_plot", "heatmap", "interval_plot", "timeline"]
