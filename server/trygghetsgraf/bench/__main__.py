"""``python -m trygghetsgraf.bench``; scripts/bench starts it."""

from trygghetsgraf.bench.command import main

main()
