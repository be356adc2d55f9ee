"""The site: pages over the graph for people, in Swedish and English.

Modules in reading order: ``words`` (the texts of the pages), ``dates`` (EDTF in words),
``links`` (addresses), ``visit`` (what every page needs), ``claims`` (who said what, how),
``search``, ``start``, ``entity``, ``reading`` (a document with its claims), ``claimlist``,
``compare``, ``timeline``, ``network``, ``places``, ``questions``, ``terms``, ``quality`` and
``rendering`` (templates). Each makes the content of a page; routes are in :mod:`web.site`.
"""
