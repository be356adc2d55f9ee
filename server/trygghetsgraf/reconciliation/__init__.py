"""Matching of others' data to the things of the graph: Reconciliation Service API 0.2.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/

Modules in reading order: ``asking`` (what clients send), ``entities`` (what can be matched),
``properties`` (what is known of it), ``matching`` (how well a text fits), ``service`` (what
clients get), ``preview`` (a thing in a few lines).
"""
