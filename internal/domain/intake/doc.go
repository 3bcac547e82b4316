// Package intake is the portal's counter: visits, drafts, filing, receipts,
// and what an applicant may reread with the resume code. It knows clear facts
// (service, authority, times, sizes) and ciphertext; it seals what is typed
// and opens it again only for the request that presents the code. It refuses
// to file without certified readers, and never sees an office key. The portal
// alone may use it; the office reads through exchange.
package intake
