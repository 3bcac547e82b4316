package portal

import (
	"net/http"
	"net/url"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
	"wasl/internal/base/web"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// authorityControl is the control that chooses who decides; its values are the
// API's ids.
const authorityControl = "authority"

// showAuthority asks which authority the request is for.
func (s *Server) showAuthority(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), "")
	if err != nil {
		return err
	}
	if !s.desk.NeedsAuthority(dr) {
		return web.SeeOther(w, r, s.unfinished(l, dr, s.desk.Read(dr), false))
	}
	return s.renderAuthority(w, r, l, dr, form{status: http.StatusOK, change: r.URL.Query().Has("change")})
}

func (s *Server) saveAuthority(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	values, err := web.Form(r, wordLimits, nil)
	if err != nil {
		return err
	}
	dr, err := s.draft(r.Context(), visit(r), l, r.PathValue("service"), values.Get("_token"))
	if err != nil {
		return err
	}
	f := form{narrow: narrowing(values), change: values.Has("_change"), status: http.StatusOK}
	id := values.Get(authorityControl)
	switch {
	case id == "" && values.Has("_later"):
		return web.SeeOther(w, r, servicePath(l, dr.Service.ID, "/later"))
	case id == "" && (values.Has("_narrow") || chosen(values, narrowRegion, narrowProvince)):
		return s.renderAuthority(w, r, l, dr, f)
	}
	err = s.desk.SetAuthority(r.Context(), dr, id)
	if errs.KindOf(err) == errs.Invalid && err != nil {
		f.status = http.StatusUnprocessableEntity
		f.problems = []service.Problem{{Control: authorityControl, Part: authorityControl, Key: "authority"}}
		return s.renderAuthority(w, r, l, dr, f)
	}
	if err != nil {
		return err
	}
	reading := s.desk.Read(dr)
	switch {
	case values.Has("_later"):
		return web.SeeOther(w, r, servicePath(l, dr.Service.ID, "/later"))
	case f.change || len(reading.Pages) == 0:
		return web.SeeOther(w, r, s.unfinished(l, dr, reading, f.change))
	}
	return web.SeeOther(w, r, pagePath(l, dr, reading.Pages[0], ""))
}

func chosen(values url.Values, names ...string) bool {
	for _, name := range names {
		if values.Get(name) != "" {
			return true
		}
	}
	return false
}

func (s *Server) renderAuthority(w http.ResponseWriter, r *http.Request, l i18n.Lang, dr *intake.Draft, f form) error {
	title := texts.T(l, "authority.title")
	p := applyPage{
		frame: frameOf(r, l, title+" – "+dr.Service.T(l, "title")), Draft: barOf(l, dr), Back: servicePath(l, dr.Service.ID, ""),
		Heading: title, Action: servicePath(l, dr.Service.ID, "/authority"), Change: f.change,
	}
	if r.Method == http.MethodPost {
		p.Path = strings.TrimPrefix(p.Action, "/"+string(l))
	}
	if f.change {
		p.Back = servicePath(l, dr.Service.ID, "/check")
		p.Path += "?change"
	}
	if f.first {
		p.frame = p.describe(dr.Service.T(l, "summary"))
	}
	if f.first && (len(dr.Typed) > 0 || dr.Authority != "") {
		p.Continue = s.unfinished(l, dr, s.desk.Read(dr), false)
	}
	b := s.builder(l, dr, service.Reading{}, f)
	fd := field{ID: authorityControl, Label: texts.T(l, "authority.label"), Hint: texts.T(l, "authority.hint"), Value: dr.Authority}
	b.wrong(&fd)
	b.offers(&fd, s.desk.Book(), dr.Service.ID)
	p.Fields = []field{fd}
	p.Default = len(fd.Parts) > 0
	p.Problems = b.lines(p.Fields)
	p.Wrong = len(p.Problems) > 0
	return s.render(w, r, l, f.status, "apply", p)
}

// fewOffers is how many authorities are shown as buttons to choose from.
const fewOffers = 12

// offers fills the field with who offers a service: all of them where they are
// few, else those of the region and province chosen.
func (b *builder) offers(f *field, book *authority.Book, id string) {
	offers := book.Offers(id)
	var among []*authority.Authority
	for _, o := range offers {
		among = append(among, book.Authority(o.Authority))
	}
	f.Shape = "radios"
	if len(among) > fewOffers {
		f.Shape = "place"
		region, province := b.narrow[narrowRegion], b.narrow[narrowProvince]
		if a := book.Authority(f.Value); a != nil && region == "" {
			region, province = codeAbove(b.territory, a.Territory, authority.LevelRegion), codeAbove(b.territory, a.Territory, authority.LevelProvince)
		}
		among = b.narrowOffers(f, among, region, province)
	}
	for _, a := range among {
		o := option{Value: a.ID, Label: a.Names.In(b.lang), On: a.ID == f.Value}
		if f.Shape == "place" {
			o.Label = page.Plain(o.Label)
		}
		f.Options = append(f.Options, o)
	}
}

// narrowOffers keeps the authorities of a place; those that serve the whole
// country are everywhere.
func (b *builder) narrowOffers(f *field, among []*authority.Authority, region, province string) []*authority.Authority {
	f.Parts = append(f.Parts, b.narrowField(narrowRegion, "place.region", b.territory.Regions(), region))
	within := region
	if region != "" {
		if !b.territory.Within(province, region) {
			province = ""
		}
		f.Parts = append(f.Parts, b.narrowField(narrowProvince, "place.province", b.territory.Below(region), province))
		if province != "" {
			within = province
		}
	}
	var kept []*authority.Authority
	for _, a := range among {
		if a.Territory == "" || within != "" && b.territory.Within(a.Territory, within) {
			kept = append(kept, a)
		}
	}
	if len(kept) > placesAtOnce {
		kept = nil // still too many: the province must be chosen
	}
	return kept
}
