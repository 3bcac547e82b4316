package clock

// Laws that a clock may run under; the empty string is law 55-19.
const (
	LawInformation = "31-13" // access to information
	LawCourt       = "41-90" // administrative courts
	LawCourtNew    = "58-25" // civil procedure; entry in force to be confirmed
	LawData        = "09-08" // personal data
)

// Kinds of service.
const (
	KindNormal      = "normal"
	KindInvestment  = "investment"
	KindConsent     = "listed-silence-consent"
	KindInformation = "information"
	KindOnTheSpot   = "on-the-spot"
)

// Kinds of authority, which decide who is asked next (art. 19-21).
const (
	AuthorityState          = "state"
	AuthorityBody           = "body"
	AuthorityDeconcentrated = "deconcentrated"
	AuthorityLocal          = "local"
)

// Grounds of an extension (art. 17). ForAny, in Terms, stands for both.
const (
	ForExpertise = "expertise"
	ForInquiry   = "inquiry"
	ForAny       = "any"
)

// Commission is the appeal of the investment commissions (law 47-18, art. 22).
const Commission = "47-18"

// Terms are what a service fixes about its clock.
type Terms struct {
	Law       string // one of the laws, "" for 55-19
	Days      int    // the register's delay, calendar days
	Kind      string
	Silence   string // appeal or consent
	Authority string // state, body, deconcentrated or local
	Extension string // "" none, ForAny, or the one ground the service names
	Fetch     bool   // the administration fetches a piece
	Urgent    bool   // of law 31-13: life, safety, liberty
	Appeal    string // Commission, or "" for the ordinary way
}

// law is the law whose rules run, since a kind may name another than 55-19.
func (t Terms) law() string {
	if t.Law == "" && t.Kind == KindInformation {
		return LawInformation
	}
	return t.Law
}
