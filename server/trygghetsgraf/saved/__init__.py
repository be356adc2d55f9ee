"""Saved queries: one file per query, run with parameters.

Modules in reading order: ``header`` (what a file says of itself), ``binding`` (values become
terms), ``catalogue`` (all files, checked), ``evaluation`` (a store or an endpoint), ``naming``
(labels and codes for IRIs), ``running`` (values in, rows out), ``writing`` (formats).
"""
