"""The order of the questions: which steps there are, which are done, and where to go on. Pure; knows no URL."""
