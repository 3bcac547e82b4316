package portal

import (
	"net/http"
	"strconv"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/service"
)

// root sends a visitor to the home page in their language.
func (s *Server) root(w http.ResponseWriter, r *http.Request) error {
	l := i18n.Preferred(r.Header.Get("Accept-Language"))
	if word := r.PathValue("lang"); word != "" {
		var ok bool
		if l, ok = i18n.ParseLang(word); !ok {
			return errs.New(errs.NotFound, web.KeyNotFound)
		}
	}
	w.Header().Set("Vary", "Accept-Language")
	return web.SeeOther(w, r, "/"+string(l)+"/")
}

// robots lets every search engine read what is public: what is a person's own
// opens to its code alone.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) error {
	return web.Bytes(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("User-agent: *\nAllow: /\nDisallow: /api/\nDisallow: /*/apply\n"))
}

// listed is how many services a page of the list shows.
const listed = 20

type homePage struct {
	frame
	Services       []homeService
	Previous, Next string
}

type homeService struct {
	Link, Title, Summary string
	Example              bool
}

// home lists the services, 20 a page.
func (s *Server) home(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	all := s.desk.Services()
	number := pageNumber(r)
	first := (number - 1) * listed
	if first >= len(all) && number > 1 {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	page := homePage{frame: frameOf(r, l, texts.T(l, "home.title")).describe(texts.T(l, "home.lead"))}
	page.Services = homeServices(l, all[first:min(first+listed, len(all))])
	if number > 1 {
		page.Path += "?page=" + strconv.Itoa(number)
		page.Previous = "?page=" + strconv.Itoa(number-1)
	}
	if first+listed < len(all) {
		page.Next = "?page=" + strconv.Itoa(number+1)
	}
	return s.render(w, r, l, http.StatusOK, "home", page)
}

// mostPages bounds the number of a list's page: no list is as long.
const mostPages = 1 << 20

// pageNumber is the page of a list that the query asks for, from 1.
func pageNumber(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		return 1
	}
	return min(max(1, n), mostPages)
}

func homeServices(l i18n.Lang, defs []*service.Definition) []homeService {
	list := make([]homeService, 0, len(defs))
	for _, d := range defs {
		list = append(list, homeService{Link: servicePath(l, d.ID, ""), Title: d.T(l, "title"), Summary: d.T(l, "summary"), Example: d.Example})
	}
	return list
}

// servicePath is a page of a service: "" its card, "/apply", "/check", …
func servicePath(l i18n.Lang, id, rest string) string {
	return "/" + string(l) + "/services/" + id + rest
}

// casePath is a page of a case: "" itself, "/receipt", …
func casePath(l i18n.Lang, reference, rest string) string {
	return "/" + string(l) + "/cases/" + reference + rest
}
