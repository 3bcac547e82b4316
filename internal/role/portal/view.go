package portal

import (
	"bytes"
	"embed"
	"net/http"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/page"
)

//go:embed texts templates/*.tmpl
var files embed.FS

//go:embed style.css
var styleSource string

// texts are the portal's own words.
var texts = i18n.MustLoad(files, "texts")

// style is the sheet that stands in every page.
var style = strings.ReplaceAll(page.Minify(styleSource), "FONT", "/"+fontName)

// frame is what every page needs.
type frame struct {
	Lang   i18n.Lang
	Title  string // plain; the layout adds the product's name
	Wrong  bool   // the title begins with the word for error
	Path   string // after the language, with its query: language links keep it
	Served string // the receipt's JSON, for the alternate link
	About  string // plain; what a search shows under the title
}

// frameOf starts a page's frame; language links lead to the same path.
func frameOf(r *http.Request, l i18n.Lang, title string) frame {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/"+string(l))
	if path == "" {
		path = "/"
	}
	return frame{Lang: l, Title: page.Plain(title), Path: path}
}

// describe gives a page the sentence that a search, or a list of bookmarks,
// shows of it. It is never about the person.
func (f frame) describe(text string) frame {
	f.About = page.Plain(text)
	return f
}

// HeadTitle is the page's whole title.
func (f frame) HeadTitle() string {
	title := f.Title + " – " + texts.T(f.Lang, "product")
	if f.Wrong {
		title = texts.T(f.Lang, "error") + " " + title
	}
	return title
}

// Home is the home page in the page's language.
func (f frame) Home() string { return "/" + string(f.Lang) + "/" }

// render answers with a page: a typed struct in the template of its name.
func (s *Server) render(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, name string, data any) error {
	out, err := s.pages.Render(l, name, data)
	if err != nil {
		return errs.Wrap(errs.Internal, "error.internal", err)
	}
	s.site.HTML(w, r, status, bytes.TrimSpace(out))
	return nil
}
