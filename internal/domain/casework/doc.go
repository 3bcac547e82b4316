// Package casework is the office's work on a case: intake of sealed envelopes,
// append-only actions folded into state and clock, the queue, opening, requests,
// decisions, letters, statements and issued documents. It writes no rule of the
// law itself: domain/clock judges every act. It refuses to open anything before
// the ledger leaf of that opening is stored, and keeps no text outside a seal.
// Only the office zone may use it; the portal must never reach it.
package casework
