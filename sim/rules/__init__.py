"""One file a process of the day; the order in which they run stands in ``sim.engine``."""
