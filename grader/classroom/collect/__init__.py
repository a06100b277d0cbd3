"""Submissions out of what learning management systems hand out: zip files and folders of notebooks."""
