package casework

// Names of dates, in notices, warnings and previews of a law.
const (
	DateDue         = "due_on"            // the authority's last useful day
	DateSilence     = "silence_on"        // silence takes effect
	DateMissing     = "missing_last"      // the applicant's window for pieces missing at filing
	DateWindow      = "window_last"       // and for a piece to replace
	DateFetchNotice = "fetch_notice_last" // to tell that a piece cannot be fetched
	DateAct         = "act_due"           // the head hands over the act
	DateHigher      = "higher_due"        // the authority above does
	DateAttestation = "attestation_due"   // the wali or governor attests the silence
	DateAppeal      = "appeal_last"       // the applicant's last day to appeal
	DateAppealReply = "appeal_reply_due"  // the answer to the appeal
	DatePresident   = "president_due"     // the president decides on the wali's letter
	DateCourt       = "court_last"        // the applicant's last day at the court
	DateHead        = "head_answer_last"  // law 31-13: the head's answer to a complaint
	DateComplaint   = "complaint_last"    // law 31-13: the applicant's last day to complain
)
