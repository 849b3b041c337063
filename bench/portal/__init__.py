"""What the portal weighs and how soon it is there (UX): the built files and a real Chromium before the local system."""
