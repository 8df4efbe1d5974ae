"""Published results, stylised facts and recorded cases, run as checks.

Each claim is a small file in ``claims``: scenario, contrast, estimand, margin, replications, and
what would falsify it.
"""

from __future__ import annotations

from sim.validation.claims import Claim, claim_names, load_claim
from sim.validation.verifying import Finding, Verified, verify

__all__ = ["Claim", "Finding", "Verified", "claim_names", "load_claim", "verify"]
