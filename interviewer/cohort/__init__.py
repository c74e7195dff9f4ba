"""The class: what coaches do with many at once."""
