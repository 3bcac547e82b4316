package portal

import (
	"net/http"

	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
)

// pageHandler answers a page whose language is known.
type pageHandler func(w http.ResponseWriter, r *http.Request, l i18n.Lang) error

func (s *Server) page(pattern string, rule web.Rule, h pageHandler) {
	s.site.Page(pattern, rule, func(w http.ResponseWriter, r *http.Request) error {
		l, err := lang(r)
		if err != nil {
			return err
		}
		return h(w, r, l)
	})
}

// routes is the whole public surface. Its golden file shows any change.
func (s *Server) routes() {
	s.site.Page("GET /{$}", web.Public, s.root)
	s.site.Page("GET /{lang}", web.Public, s.root)
	s.page("GET /{lang}/{$}", web.Public, s.home)
	s.page("GET /{lang}/services/{service}", web.Public, s.card)
	s.page("GET /{lang}/help", web.Public, s.help)
	s.page("GET /{lang}/accessibility", web.Public, s.accessibility)
	s.page("GET /{lang}/privacy", web.Public, s.privacy)
	s.page("GET /{lang}/about", web.Public, s.about)
	s.page("GET /{lang}/verify", web.Public, s.verifyForm)
	s.page("POST /{lang}/verify", s.checks.Limited(web.Public), s.verify)
	s.draftRoutes()
	s.caseRoutes()
	for _, e := range s.endpoints() {
		s.site.API(e.method+" "+e.path, e.rule, e.handler)
	}
	s.site.API("GET /openapi.json", web.Public, s.openapi)
	s.site.API("GET /robots.txt", web.Public, s.robots)
	s.site.Static("GET /"+fontName, "font/woff2", fontTifinagh)
	s.site.Health(s.desk.Ready)
}

// draftRoutes are the pages on the way to a filing.
func (s *Server) draftRoutes() {
	visitor, holder := s.visitor(), s.holder()
	s.page("GET /{lang}/services/{service}/apply", s.filings.Limited(visitor), s.apply)
	s.page("GET /{lang}/services/{service}/apply/{page}", holder, s.showPage)
	s.page("POST /{lang}/services/{service}/apply/{page}", holder, s.savePage)
	s.page("GET /{lang}/services/{service}/authority", holder, s.showAuthority)
	s.page("POST /{lang}/services/{service}/authority", holder, s.saveAuthority)
	s.page("GET /{lang}/services/{service}/check", holder, s.check)
	s.page("POST /{lang}/services/{service}/file", s.filings.Limited(holder), s.file)
	s.page("GET /{lang}/services/{service}/later", holder, s.later)
	s.page("GET /{lang}/services/{service}/files/{file}", holder, s.draftFile)
	s.page("GET /{lang}/resume", visitor, s.resumeForm)
	s.page("POST /{lang}/resume", s.tries.Limited(visitor), s.resume)
	s.page("GET /{lang}/track", visitor, s.trackForm)
	s.page("POST /{lang}/track", s.tries.Limited(visitor), s.track)
	s.page("GET /{lang}/phone", visitor, s.phoneForm)
	s.page("POST /{lang}/phone", visitor, s.phone)
}

// caseRoutes are the pages of what was filed.
func (s *Server) caseRoutes() {
	holder := s.holder()
	s.page("GET /{lang}/cases/{reference}", holder, s.showCase)
	s.page("GET /{lang}/cases/{reference}/receipt", holder, s.receipt)
	s.page("GET /{lang}/cases/{reference}/answers", holder, s.answers)
	s.page("GET /{lang}/cases/{reference}/letters/{n}", holder, s.letter)
	s.page("GET /{lang}/cases/{reference}/accesses", holder, s.accesses)
	s.page("GET /{lang}/cases/{reference}/document", holder, s.document)
	s.page("GET /{lang}/cases/{reference}/files/{file}", holder, s.filedFile)
	s.page("GET /{lang}/cases/{reference}/answer", holder, s.answerForm)
	s.page("POST /{lang}/cases/{reference}/answer", holder, s.answer)
	s.page("GET /{lang}/cases/{reference}/withdraw", holder, s.withdrawForm)
	s.page("POST /{lang}/cases/{reference}/withdraw", holder, s.withdraw)
	s.page("GET /{lang}/cases/{reference}/acts/{act}", holder, s.actForm)
	s.page("POST /{lang}/cases/{reference}/acts/{act}", holder, s.act)
	s.page("GET /{lang}/cases/{reference}/letters/{n}/signed", holder, s.signedLetter)
	s.site.Page("GET /{lang}/cases/{reference}/receipt.json", holder, s.receiptFile)
}
