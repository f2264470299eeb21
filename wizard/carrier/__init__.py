"""The pure core: answers about a provider in, a carrier entry and findings about it out.

Nothing here touches Flask, SSH, SQL, the clock or randomness; tests/test_architecture.py holds it to that.
"""
