// Package a11y reads every kind of page with two independent accessibility
// readers, axe-core and HTML_CodeSniffer, in Chromium, in Arabic and French, on
// a phone and a desktop, error states included, and looks for horizontal
// scrolling at 320 px. Pages are taken from a running demo by a plain browser
// and shown to Chromium as they were: each is complete in one request. Only
// tests use it.
package a11y
