package portal

import (
	"html/template"
	"net/http"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

type receiptPage struct {
	frame
	Reference, Code    string
	Service, Authority string
	FiledAt            time.Time
	Complete           bool // "ملف مودع", else "ملف في طور الإيداع" (law 55-19 art. 10)
	Depositor, Number  string
	Documents          []receiptDocument
	Missing            []string
	WindowLast         string
	CompleteOn, DueOn  string
	DelayDays          int
	Working, OnTheSpot bool
	Consent            bool
	SilenceOn          string
	Appeal             string
	AppealDays         int
	Fees               []feeLine
	Total              int64
	Paid               bool
	Basis              []string
	Example            bool
	Included           bool
	QR                 template.URL
	Track, Case        string
	Download           string
}

type receiptDocument struct{ Label, Name string }

// receipt is the page a person keeps: all that law 55-19 wants on it.
func (s *Server) receipt(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.desk.Case(r.Context(), visit(r), r.PathValue("reference"))
	if err != nil {
		return err
	}
	if r.URL.Query().Has("second") && c.Completion == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	p, err := s.receiptOf(r, l, c)
	if err != nil {
		return err
	}
	return s.render(w, r, l, http.StatusOK, "receipt", p)
}

func (s *Server) receiptOf(r *http.Request, l i18n.Lang, c *intake.Case) (receiptPage, error) {
	f, query := c.Receipt, ""
	if c.Completion != nil && r.URL.Query().Has("second") {
		f, query = *c.Completion, "?second"
	}
	p := receiptPage{
		frame: frameOf(r, l, texts.T(l, "receipt.title")+" "+i18n.Isolate(c.Reference)).describe(c.Service.T(l, "summary")), Reference: c.Reference, Code: c.Code,
		Service: c.Service.T(l, "title"), Authority: f.Authority.Name, FiledAt: f.DepositedAt.Time, Complete: f.Mention == clock.Deposited,
		Depositor: f.Depositor.Name, Number: f.Depositor.Number, Missing: labels(l, c.Service, f.Missing), WindowLast: f.WindowLast,
		CompleteOn: f.CompleteOn, DueOn: f.DueOn, DelayDays: f.Delay.Days, Working: f.Delay.Kind == "information", OnTheSpot: f.Delay.Kind == "on-the-spot",
		Consent: f.Silence == "consent", SilenceOn: f.SilenceOn, Appeal: f.Appeal.Body, AppealDays: f.Appeal.Days,
		Example: c.Service.Example, Included: c.Included, Track: "/" + string(l) + "/track", Case: casePath(l, c.Reference, ""),
		Download: casePath(l, c.Reference, "/receipt.json"+query),
	}
	p.Path += query
	p.Served = p.Download
	if c.Authority != nil {
		p.Authority, p.Appeal = c.Authority.Names.In(l), c.Authority.Appeal.In(l)
	}
	p.Documents = receiptDocuments(l, c, f)
	p.money(l, c, f)
	for _, b := range f.Basis {
		title := c.Service.T(l, "basis."+b.Text)
		if title == "" {
			title = b.Title
		}
		p.Basis = append(p.Basis, basisText(l, title, b.Article))
	}
	var err error
	p.QR, err = qrImage(s.site.Origin(r) + p.Track + "?reference=" + c.Reference)
	return p, err
}

func receiptDocuments(l i18n.Lang, c *intake.Case, facts verify.ReceiptFacts) []receiptDocument {
	var list []receiptDocument
	for _, d := range facts.Documents {
		label := d.Label
		if q := c.Service.Question(d.Question); q != nil {
			label = q.Label(l)
		}
		list = append(list, receiptDocument{label, d.Name})
	}
	return list
}

func (p *receiptPage) money(l i18n.Lang, c *intake.Case, facts verify.ReceiptFacts) {
	p.Paid = len(facts.Fees) > 0
	for _, f := range facts.Fees {
		label := c.Service.T(l, "fees."+f.ID)
		if label == "" {
			label = f.Label
		}
		p.Fees = append(p.Fees, feeLine{label, f.Amount})
		p.Total += f.Amount
		p.Paid = p.Paid && f.Paid
	}
}

// receiptFile is the receipt as first given, byte for byte, to who holds its
// code.
func (s *Server) receiptFile(w http.ResponseWriter, r *http.Request) error {
	c, err := s.desk.Case(r.Context(), visit(r), r.PathValue("reference"))
	if err != nil {
		return err
	}
	raw := c.FirstReceipt
	switch query := r.URL.Query(); {
	case query.Has("proof"):
		raw = c.ReceiptFile
	case query.Has("second"):
		raw = c.SecondReceipt
	}
	if raw == nil {
		return errs.New(errs.NotFound, web.KeyNotFound)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="wasl-`+c.Reference+`.json"`)
	return web.Bytes(w, r, http.StatusOK, "application/json", raw)
}
