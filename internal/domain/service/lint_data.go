package service

import (
	"slices"

	"wasl/internal/base/i18n"
)

// Rules of law 09-08, on personal data.
var (
	lawRetention       = rule{id: "law-retention", article: "09-08 art. 3"}
	lawNotice          = rule{id: "law-notice", article: "09-08 art. 5"}
	lawMarks           = rule{id: "law-marks", article: "09-08 art. 5"}
	lawAutomatic       = rule{id: "law-automatic-refusal", article: "09-08 art. 11"}
	lawSensitive       = rule{id: "law-sensitive", article: "09-08 art. 12"}
	lawCNIE            = rule{id: "law-cnie-authorisation", article: "09-08 art. 12", severity: SeverityWarning}
	lawInterconnection = rule{id: "law-fetch-authorisation", article: "09-08 art. 12"}
)

// data judges what the definition says of personal data.
func (l *lawLinter) data() {
	law := &l.c.src.Law
	if law.Retention.Years <= 0 || law.Retention.After == "" {
		l.f.add(lawRetention, l.line("retention"), "none")
	}
	switch notice := law.Data.Notice; {
	case notice == "":
		l.f.add(lawNotice, l.line("data"), "none")
	case !numbered(notice):
		l.f.add(lawNotice, l.line("data"), "number", "notice", notice)
	}
	if slices.Contains(l.c.src.Outcome.Automatic, "refuse") {
		l.f.add(lawAutomatic, l.c.src.Outcome.Keys["automatic"], "refuse")
	}
	l.authorisation()
}

// authorisation looks for what only a prior authorisation allows: sensitive
// data, the number of the national card, and the linking of files.
func (l *lawLinter) authorisation() {
	data, line := l.c.src.Law.Data, l.line("data")
	if data.Sensitive {
		switch data.Authorisation {
		case "":
			l.f.add(lawSensitive, line, "none")
		case AuthorisationRequested:
			l.f.add(lawSensitive, line, "requested")
		}
	}
	if data.Authorisation != "" {
		return
	}
	for _, q := range l.c.d.order {
		if q.Type == CNIE || slices.ContainsFunc(q.Ask, func(cell *Question) bool { return cell.Type == CNIE }) {
			l.f.add(lawCNIE, line, "none", "id", q.ID)
			break
		}
	}
	for _, f := range l.c.d.Fetch {
		l.f.add(lawInterconnection, f.Line, "none", "id", f.ID, "from", f.From)
	}
}

// marks checks that words and structure say alike which answers are optional.
func (l *lawLinter) marks() {
	for _, q := range l.c.d.order {
		if q.kind.none {
			continue
		}
		l.mark(q)
		for _, cell := range q.Ask {
			l.mark(cell)
		}
	}
}

func (l *lawLinter) mark(q *Question) {
	says, said := "optional", "compulsory"
	if q.Optional {
		says, said = "compulsory", "optional"
	}
	for _, lang := range i18n.Langs {
		for _, end := range []string{".label", ".hint"} {
			at := l.c.places[lang][q.key+end]
			if words := l.words[says][lang].demand(at.text); words != "" {
				l.f.in(at.file).add(lawMarks, at.line, said, "id", q.ID, "said", asWritten(at.text, words))
			}
		}
	}
}
