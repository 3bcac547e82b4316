-- The indexes of one case, to find the same applicant's others.
CREATE INDEX blind_case ON blind (reference, field);
