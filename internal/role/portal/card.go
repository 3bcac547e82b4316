package portal

import (
	"net/http"
	"slices"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
)

// Shown on a card before "and N others".
const authoritiesOnCard = 5

// appealDays is the applicant's term for an appeal (law 55-19 art. 21), or for
// a complaint about an information request (law 31-13, working days).
const (
	appealDays    = 30
	complaintDays = 20
)

type cardPage struct {
	frame
	Heading, Summary, Who, Apply string
	Example                      bool
	Authorities                  []string
	More                         int
	Provide                      []cardDocument
	Fetched                      []string
	Fees                         []cardFee
	FeeNote                      string // what they come to, in words
	OnTheSpot, Working, Consent  bool
	Days, AppealDays             int
	Outcome, Kept                string
	Appeal, Basis                []string
}

type cardDocument struct {
	Label            string
	Sometimes, Later bool
}

type cardFee struct{ Label, Basis string }

// card is what a person is told before they begin (law 55-19 art. 6).
func (s *Server) card(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	d, err := s.desk.Service(r.PathValue("service"))
	if err != nil {
		return err
	}
	page := cardPage{
		frame: frameOf(r, l, d.T(l, "title")).describe(d.T(l, "summary")), Heading: d.T(l, "title"), Summary: d.T(l, "summary"), Who: d.T(l, "who"),
		Apply: servicePath(l, d.ID, "/apply"), Example: d.Example,
		OnTheSpot: d.Kind == service.KindOnTheSpot, Working: d.Kind == service.KindInformation, Consent: d.Law.Silence == "consent",
		Days: d.Law.Delay.Days, AppealDays: appealTerm(d), Kept: count(l, "year", d.Law.Retention.Years), Outcome: validity(l, d.Outcome.Grant.Valid),
	}
	for _, q := range d.Documents() {
		page.Provide = append(page.Provide, cardDocument{Label: q.Label(l), Sometimes: q.When.Text != "" || q.Optional, Later: q.Later})
	}
	for _, f := range d.Fetch {
		page.Fetched = append(page.Fetched, d.T(l, "fetch."+f.ID))
	}
	for _, f := range d.Fees {
		page.Fees = append(page.Fees, cardFee{d.T(l, "fees."+f.ID), article(l, d, f.Basis)})
	}
	if len(d.Fees) > 0 {
		page.FeeNote = d.T(l, "fee_note")
	}
	for _, a := range d.Law.Basis {
		page.Basis = append(page.Basis, article(l, d, a))
	}
	page.offers(l, d, s.desk.Book())
	return s.render(w, r, l, http.StatusOK, "card", page)
}

func appealTerm(d *service.Definition) int {
	if d.Kind == service.KindInformation {
		return complaintDays
	}
	return appealDays
}

func (p *cardPage) offers(l i18n.Lang, d *service.Definition, book *authority.Book) {
	if book == nil {
		return
	}
	offers := book.Offers(d.ID)
	for _, o := range offers {
		a := book.Authority(o.Authority)
		if len(p.Authorities) < authoritiesOnCard {
			p.Authorities = append(p.Authorities, a.Names.In(l))
		}
		if who := a.Appeal.In(l); len(p.Appeal) < authoritiesOnCard && !slices.Contains(p.Appeal, who) {
			p.Appeal = append(p.Appeal, who)
		}
	}
	p.More = max(0, len(offers)-authoritiesOnCard)
}

// article names an article of a legal text.
func article(l i18n.Lang, d *service.Definition, a service.Article) string {
	return basisText(l, d.T(l, "basis."+a.Text), a.Article)
}

func basisText(l i18n.Lang, title, number string) string {
	if number == "" {
		return title
	}
	return texts.T(l, "article", "title", title, "n", i18n.Isolate(number))
}

// validity says how long what is granted stays good.
func validity(l i18n.Lang, v service.Validity) string {
	switch {
	case v.Years > 0:
		return count(l, "year", v.Years)
	case v.Months > 0:
		return count(l, "month", v.Months)
	case v.Days > 0:
		return i18n.Days(l, v.Days)
	}
	return ""
}

// count writes a number of years or months. Arabic has four forms; the other
// languages repeat one of theirs.
func count(l i18n.Lang, unit string, n int) string {
	form := "many"
	switch r := n % 100; {
	case n == 1:
		form = "one"
	case n == 2:
		form = "two"
	case r >= 3 && r <= 10:
		form = "few"
	}
	return texts.T(l, "count."+unit+"."+form, "n", n)
}
