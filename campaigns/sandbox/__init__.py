"""The sandbox provider: a real HTTP server of our own that stands for the carriers of SMS and push.

It keeps a ledger of what it took, sends receipts by Standard Webhooks, and does what providers do on bad days when it
is told to. Nothing of Stay runs in it: no database, no tenant.
"""
