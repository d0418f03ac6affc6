"""Message texts: Liquid over a flat map of strings.

A template sees names and strings, never a row, so that there is no object to walk. What it may use is listed in
:mod:`~campaigns.templating.engine` and :mod:`~campaigns.templating.variables`; what it may cost, in
:mod:`~campaigns.templating.limits`. Values are data: a ``{{`` inside a customer's name is printed, not read.
"""
