// Package portal is the public zone's role: the pages an applicant sees, the
// API of machines, the published trust file and ledger, and the exchange that
// the office calls.
//
// Pages are complete without JavaScript, in four languages, one request each.
// It judges nothing itself: questions are domain/service's, drafts, filings and
// cases domain/intake's. It refuses to keep anything a person typed outside a
// sealed draft, and reaches neither casework nor any key of the office.
package portal
