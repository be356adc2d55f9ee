"""``python -m trygghetsgraf`` is the command line."""

from trygghetsgraf.cli import main

main()
