"""Marks into the files that learning management systems let a teacher download, change and upload."""
