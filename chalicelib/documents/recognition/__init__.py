"""Recognition of scans: pages drawn, measured, mended and read. Runs from an image of its own (infra/recognition/).

Left out of the zips of the other functions (infra/package.py): nothing else may import it but ``bootstrap``, lazily.
"""
