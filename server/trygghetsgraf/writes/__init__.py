"""Writes from outside: who may, what is checked, what was written.

Modules in reading order: ``tokens`` (who may write to which graphs), ``log`` (what was
written, by whom), ``rules`` (ontology and shapes as the store itself holds them),
``surroundings`` (what of the store bears on changed graphs), ``trial`` (what follows from
changed graphs and whether they conform).
"""
