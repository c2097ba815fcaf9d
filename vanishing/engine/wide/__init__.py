"""What theory says of wide nets, and fresh nets beside it."""

from vanishing.engine.wide.criticality import critical_line, depth_scale
from vanishing.engine.wide.layers import Settings, at_start
from vanishing.engine.wide.mean_field import fixed_point, propagate

__all__ = ["Settings", "at_start", "critical_line", "depth_scale", "fixed_point", "propagate"]
