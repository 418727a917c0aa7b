"""``python -m evalplat``."""

from evalplat.cli import main

main()
