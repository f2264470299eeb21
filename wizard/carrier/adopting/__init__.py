"""From a carrier entry back to answers, whoever wrote it, and what of it the answers can't say."""
