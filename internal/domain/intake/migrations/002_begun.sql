-- A code that was shown but under which nothing is kept yet opens its service.
CREATE INDEX visit_code_locator ON visit_code (locator);
