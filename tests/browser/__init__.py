"""The pages in a real Chromium over a real server: by keyboard, on a phone, for axe."""
