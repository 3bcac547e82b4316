// Package office is the agents' role: sign-in, queue, search, the page of a
// case, requests, decisions. Pages are complete without JavaScript, in four
// languages.
//
// It judges nothing itself: rights are domain/identity's, cases and the law
// domain/casework's. It shows a case's content only while an opening that the
// ledger records is in force, keeps nothing that an agent typed but in a
// sealed envelope (what a session's or an opening's end interrupts is carried
// on by the pages themselves), and puts no personal text in an address. Office
// zone only.
package office
