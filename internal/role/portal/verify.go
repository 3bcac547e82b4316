package portal

import (
	"io"
	"net/http"
	"strings"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/authority"
	"wasl/verify"
)

// mostVerified bounds a file that is held against its signature.
const mostVerified = 12 << 20

var verifyLimits = web.Limits{Body: mostVerified + 1<<20, File: mostVerified, Files: 1, Values: 64 << 10}

type verifyPage struct {
	frame
	Token    string
	Text     string
	Problems []problemLine
	Result   *verifyResult
}

// Err is why nothing was looked at, "" else.
func (p verifyPage) Err() string {
	if len(p.Problems) > 0 {
		return p.Problems[0].Text
	}
	return ""
}

type verifyResult struct {
	Valid    bool
	Sentence string
	Notes    []string
	Lines    []verifyLine
}

type verifyLine struct {
	Label, Value string
	LTR          bool
	At           time.Time // instead of a value
	Day          string
}

func (s *Server) verifyForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	return s.renderVerify(w, r, l, http.StatusOK, verifyPage{})
}

// verify holds a receipt, a document or a QR text against the published trust
// file. Nothing of it is kept.
func (s *Server) verify(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	var raw []byte
	values, err := web.Form(r, verifyLimits, func(name, _ string, f io.Reader) (err error) {
		if name == "file" {
			raw, err = io.ReadAll(web.Kept(r, f))
		}
		return err
	})
	if err != nil {
		return err
	}
	text := strings.TrimSpace(values.Get("text"))
	if len(raw) == 0 {
		raw = []byte(text)
	}
	if len(raw) == 0 {
		return s.renderVerify(w, r, l, http.StatusUnprocessableEntity, verifyPage{Problems: []problemLine{{At: "file", Label: texts.T(l, "verify.file"), Text: texts.T(l, "verify.empty")}}})
	}
	trust := s.desk.Trust()
	if trust == nil {
		return errs.New(errs.Busy, "filing.notready")
	}
	report := verify.File(raw, trust, time.Now(), verify.Options{})
	return s.renderVerify(w, r, l, http.StatusOK, verifyPage{Text: text, Result: resultOf(l, report, s.desk.Book())})
}

func (s *Server) renderVerify(w http.ResponseWriter, r *http.Request, l i18n.Lang, status int, p verifyPage) error {
	p.frame = frameOf(r, l, texts.T(l, "verify.title")).describe(texts.T(l, "verify.about"))
	p.Wrong = len(p.Problems) > 0
	p.Token = s.formToken(w, r)
	return s.render(w, r, l, status, "verify", p)
}

// resultOf says in the reader's language what a report found.
func resultOf(l i18n.Lang, rep verify.Report, book *authority.Book) *verifyResult {
	v := &verifyResult{Valid: rep.Valid, Sentence: texts.T(l, "verify.invalid")}
	if texts.Has("verify.code." + rep.Code) {
		v.Sentence = texts.T(l, "verify.code."+rep.Code)
	} else if rep.Valid {
		v.Sentence = texts.T(l, "verify.valid")
	}
	for _, n := range rep.Notes {
		if texts.Has("verify.note." + n.Code) {
			v.Notes = append(v.Notes, texts.T(l, "verify.note."+n.Code))
		}
	}
	if !rep.Valid {
		return v
	}
	line := func(key, value string, ltr bool) {
		if value != "" {
			v.Lines = append(v.Lines, verifyLine{Label: texts.T(l, key), Value: value, LTR: ltr})
		}
	}
	switch {
	case rep.Receipt != nil:
		f := rep.Receipt.Facts
		line("reference.label", f.Reference, true)
		line("receipt.act", f.Service.Name, false)
		line("card.authority", f.Authority.Name, false)
		v.Lines = append(v.Lines, verifyLine{Label: texts.T(l, "receipt.at"), At: f.DepositedAt.Time})
		mention := "mention.deposited"
		if f.Mention != "deposited" {
			mention = "mention.being"
		}
		line("receipt.mention", texts.T(l, mention), false)
	case rep.Document != nil:
		f := rep.Document.Facts
		line("verify.number", f.Number, true)
		line("verify.document", f.Title, false)
		line("card.authority", f.Authority.Name, false)
		v.issued(l, f.IssuedAt.Time, f.ValidUntil, f.Facts)
	case rep.QR != nil:
		line("verify.number", rep.QR.Number, true)
		line("verify.document", rep.QR.Title, false)
		line("card.authority", authorityName(l, book, rep.QR.Authority), false)
		v.issued(l, rep.QR.IssuedAt.Time, rep.QR.ValidUntil, rep.QR.Facts)
	}
	return v
}

// authorityName is the name of an authority of which a QR holds the id alone.
func authorityName(l i18n.Lang, book *authority.Book, id string) string {
	if book != nil {
		if a := book.Authority(id); a != nil {
			return a.Names.In(l)
		}
	}
	return id
}

func (v *verifyResult) issued(l i18n.Lang, at time.Time, until string, facts []verify.Fact) {
	v.Lines = append(v.Lines, verifyLine{Label: texts.T(l, "verify.issued"), At: at})
	if until != "" {
		v.Lines = append(v.Lines, verifyLine{Label: texts.T(l, "verify.until"), Day: until})
	}
	for _, f := range facts {
		v.Lines = append(v.Lines, verifyLine{Label: f.Label, Value: f.Value})
	}
}
