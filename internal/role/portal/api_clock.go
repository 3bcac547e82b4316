package portal

import (
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
)

// apiClock is the legal clock of a filing on a day: what a page says in words.
// Dates are last useful days by their names in law cases; one that does not
// apply, or cannot be known yet, is absent.
type apiClock struct {
	On            string            `json:"on"`
	State         string            `json:"state"`
	Turn          string            `json:"turn"`
	Mention       string            `json:"mention"`
	Law           string            `json:"law"` // hash of the legal profile
	Dates         map[string]string `json:"dates"`
	Safe          map[string]string `json:"safe"` // the earliest that a reading of the law gives for the applicant's own acts
	SilenceMeans  string            `json:"silence_means"`
	SuspendedDays int               `json:"suspended_days"`
	ExtendedDays  int               `json:"extended_days"`
	Suspensions   []apiSuspension   `json:"suspensions"`
	Requests      []apiAsked        `json:"requests"`
	Acts          []apiRuling       `json:"acts"`
	Refused       []apiRuling       `json:"refused"`   // what the law gave no effect
	Tentative     bool              `json:"tentative"` // a date rests on a feast that is only expected
	Uncovered     bool              `json:"uncovered"` // a date lies in a year whose holidays are not known yet
}

type apiSuspension struct {
	From string `json:"from"`         // the days after it did not run,
	To   string `json:"to,omitempty"` // up to and with this one
	Days int    `json:"days,omitempty"`
}

type apiAsked struct {
	Kind       string   `json:"kind"`
	Documents  []string `json:"documents"`
	SentOn     string   `json:"sent_on"`
	ReceivedOn string   `json:"received_on"`
	AnsweredOn string   `json:"answered_on,omitempty"`
	WindowLast string   `json:"window_last,omitempty"`
}

type apiRuling struct {
	Act      string   `json:"act"`
	On       string   `json:"on"`
	Allowed  bool     `json:"allowed"`
	Why      string   `json:"why,omitempty"`
	Law      string   `json:"law"`
	Articles []string `json:"articles"`
}

func apiClockOf(c *intake.Case) apiClock {
	k := c.Clock
	out := apiClock{On: c.On.String(), State: k.State, Turn: k.Turn, Mention: k.Mention, Law: c.Law().Hash(), Dates: map[string]string{}, Safe: map[string]string{},
		SilenceMeans: k.SilenceMeans, SuspendedDays: k.SuspendedDays, ExtendedDays: k.ExtendedDays, Tentative: k.Tentative, Uncovered: k.Uncovered,
		Suspensions: []apiSuspension{}, Requests: []apiAsked{}, Acts: apiRulings(c.Acts), Refused: apiRulings(k.Refused)}
	for _, d := range append(k.Dates(), clock.NamedDate{Name: "window_last", On: k.WindowLast}) {
		if d.On != clock.NoDate {
			out.Dates[d.Name] = d.On.String()
		}
	}
	for name, d := range map[string]clock.Date{"window_last": c.Safe.Window, "appeal_last": c.Safe.Appeal, "complaint_last": c.Safe.Complaint, "court_last": c.Safe.Court} {
		if d != clock.NoDate {
			out.Safe[name] = d.String()
		}
	}
	for _, s := range k.Suspensions {
		one := apiSuspension{From: s.From.String(), To: s.To.String()}
		if s.To != clock.NoDate {
			one.Days = int(s.To - s.From)
		}
		out.Suspensions = append(out.Suspensions, one)
	}
	for _, r := range k.Requests {
		out.Requests = append(out.Requests, apiAsked{Kind: r.Kind, Documents: append([]string{}, r.Docs...), SentOn: r.SentOn.String(), ReceivedOn: r.ReceivedOn.String(),
			AnsweredOn: r.AnsweredOn.String(), WindowLast: r.WindowLast.String()})
	}
	return out
}

func apiRulings(list []clock.Ruling) []apiRuling {
	out := []apiRuling{}
	for _, r := range list {
		out = append(out, apiRuling{Act: r.Do, On: r.On.String(), Allowed: r.OK, Why: r.Why, Law: r.Text, Articles: append([]string{}, r.Articles...)})
	}
	return out
}
