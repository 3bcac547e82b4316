package portal

import (
	"encoding/json"
	"net/http"

	"wasl/internal/base/web"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/service"
)

// apiDefinition is a service as machines read it.
type apiDefinition struct {
	apiListed
	Hash      string         `json:"hash"`
	Kind      string         `json:"kind"`
	Who       apiTexts       `json:"who"`
	Law       apiLaw         `json:"law"`
	Fees      []apiFee       `json:"fees"`
	Fetched   []apiNamed     `json:"fetched"`
	Form      []apiPage      `json:"form"`
	Offered   []apiOffer     `json:"offers"`
	Schema    map[string]any `json:"schema"`
	Examples  []apiExample   `json:"examples"`
	Documents []apiDocument  `json:"documents"`
}

type apiLaw struct {
	Basis          []apiArticle `json:"basis"`
	DelayDays      int          `json:"delay_days"`
	Silence        string       `json:"silence"`
	Appeal         string       `json:"appeal"`
	RetentionYears int          `json:"retention_years"`
	Notice         string       `json:"data_notice"`
	Sensitive      bool         `json:"sensitive_data"`
}

type apiArticle struct {
	Text    string   `json:"text"`
	Titles  apiTexts `json:"titles"`
	Article string   `json:"article"`
}

type apiNamed struct {
	ID     string   `json:"id"`
	Titles apiTexts `json:"titles"`
}

type apiFee struct {
	apiNamed
	Basis apiArticle `json:"basis"`
}

type apiDocument struct {
	apiNamed
	Later    bool   `json:"may_come_later"`
	Optional bool   `json:"optional"`
	When     string `json:"when,omitempty"`
}

type apiPage struct {
	apiNamed
	Section   string   `json:"section"`
	Questions []string `json:"questions"`
}

type apiOffer struct {
	Authority string          `json:"authority"`
	Names     authority.Names `json:"names"`
	Kind      string          `json:"kind"`
	Territory string          `json:"territory,omitempty"`
	Unit      string          `json:"unit"`
}

type apiExample struct {
	ID        string          `json:"id"`
	About     string          `json:"about,omitempty"`
	Valid     bool            `json:"valid"`
	Authority string          `json:"authority"`
	Answers   json.RawMessage `json:"answers"`
}

func (s *Server) apiService(w http.ResponseWriter, r *http.Request) error {
	d, err := s.desk.Service(r.PathValue("service"))
	if err != nil {
		return err
	}
	out := apiDefinition{
		apiListed: s.listed(d), Hash: d.Hash, Kind: d.Kind, Who: textsOf(d, "who"), Law: lawOf(d), Schema: d.Schema(),
		Fees: []apiFee{}, Fetched: []apiNamed{}, Form: []apiPage{}, Offered: []apiOffer{}, Examples: []apiExample{}, Documents: []apiDocument{},
	}
	for _, f := range d.Fees {
		out.Fees = append(out.Fees, apiFee{apiNamed{f.ID, textsOf(d, "fees."+f.ID)}, articleOf(d, f.Basis)})
	}
	for _, f := range d.Fetch {
		out.Fetched = append(out.Fetched, apiNamed{f.ID, textsOf(d, "fetch."+f.ID)})
	}
	for _, p := range d.Pages {
		page := apiPage{apiNamed: apiNamed{p.ID, textsOf(d, p.ID+".title")}, Section: p.Section}
		for _, q := range p.Questions {
			page.Questions = append(page.Questions, q.ID)
		}
		out.Form = append(out.Form, page)
	}
	for _, q := range d.Documents() {
		named := apiNamed{q.ID, apiTexts{}}
		for l := range out.Titles {
			named.Titles[l] = q.Label(l)
		}
		out.Documents = append(out.Documents, apiDocument{named, q.Later, q.Optional, q.When.Text})
	}
	out.offers(d, s.desk.Book())
	for _, e := range d.Examples() {
		out.Examples = append(out.Examples, apiExample{e.ID, e.About, e.Valid, e.Authority, e.Answers})
	}
	return web.JSON(w, r, http.StatusOK, out)
}

func (out *apiDefinition) offers(d *service.Definition, book *authority.Book) {
	for _, o := range book.Offers(d.ID) {
		a := book.Authority(o.Authority)
		out.Offered = append(out.Offered, apiOffer{a.ID, a.Names, a.Kind, a.Territory, o.Unit})
	}
}

func lawOf(d *service.Definition) apiLaw {
	law := apiLaw{Basis: []apiArticle{}, DelayDays: d.Law.Delay.Days, Silence: d.Law.Silence, Appeal: d.Law.Appeal,
		RetentionYears: d.Law.Retention.Years, Notice: d.Law.Data.Notice, Sensitive: d.Law.Data.Sensitive}
	for _, a := range d.Law.Basis {
		law.Basis = append(law.Basis, articleOf(d, a))
	}
	return law
}

func articleOf(d *service.Definition, a service.Article) apiArticle {
	return apiArticle{a.Text, textsOf(d, "basis."+a.Text), a.Article}
}
