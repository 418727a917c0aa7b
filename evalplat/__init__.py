"""evalplat: evaluation of government departments, from the notice to the later look back."""

__version__ = "0.1.0"
