package portal

import (
	"strconv"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/authority"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// field is one question as a page shows it. Shape names its template.
type field struct {
	Shape    string
	ID       string // control name, and id of the control or of its fieldset
	Label    string
	Hint     string
	Error    string
	Row      int // of a cell, from 1: its problems name it
	Optional bool

	Value   string // input, area, declaration
	Kind    string // type of an input
	Mode    string // inputmode
	Auto    string // autocomplete
	Dir     string
	Lang    string // where the text has a language of its own
	Suffix  string // unit after an input
	Short   bool
	Wrong   bool // this part of a date is the wrong one
	Options []option
	Parts   []field // date, person, address; narrowing of a place
	Rows    []row
	Add     bool // another row may be added
	Files   []keptFile
	Accept  string
	Many    bool
	Full    bool // no file more
	Shown   []shownValue
}

type option struct {
	Value, Label string
	On           bool
	Group        string // first of its group: the group's name
	End          bool   // last of its group
}

type row struct {
	N      int // from 1, for people
	Value  string
	Cells  []field
	Remove bool
}

type keptFile struct {
	Link, Name, Remove string
	Size               int64
}

type shownValue struct {
	Text string
	LTR  bool
	Link string
}

// Described lists the ids of the texts that describe the control.
func (f field) Described() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// problemLine is one line of the error summary.
type problemLine struct {
	At, Label string
	Row       int
	Text      string
}

// builder makes the fields of one page.
type builder struct {
	lang      i18n.Lang
	typed     service.Typed
	files     []service.FileRef
	fileBase  string // path under which a kept file can be read
	reading   service.Reading
	def       *service.Definition
	territory *authority.Territory
	problems  map[string]service.Problem // by control
	narrow    map[string]string          // what "_region" and "_province" hold now
	placed    bool                       // a place question stands on the page already
}

func (b *builder) first(name string) string {
	if v := b.typed[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (b *builder) t(key string, args ...any) string { return texts.T(b.lang, key, args...) }

// question makes the field of a question at a control name; n is its row,
// from 1, or 0.
func (b *builder) question(q *service.Question, at string) field {
	f := field{ID: at, Label: q.Label(b.lang), Hint: q.Hint(b.lang), Optional: q.Optional, Value: b.first(at)}
	b.wrong(&f)
	switch q.Type {
	case service.LongText:
		f.Shape, f.Dir = "area", "auto"
	case service.YesNo:
		f.Shape = "radios"
		f.Options = []option{
			{Value: "yes", Label: service.Word(b.lang, "yes"), On: f.Value == "yes"},
			{Value: "no", Label: service.Word(b.lang, "no"), On: f.Value == "no"},
		}
	case service.Choice:
		f.Shape, f.Options = "radios", b.options(q, at)
		if len(q.Options) > 20 {
			f.Shape = "select"
		}
	case service.Choices:
		f.Shape, f.Options = "checks", b.options(q, at)
	case service.Declaration:
		f.Shape = "declaration"
	case service.Statement:
		f.Shape = "statement"
	case service.Computed:
		f.Shape, f.Shown = "computed", b.shown(q.ID)
	case service.Date:
		f.Shape = "date"
		b.dateParts(&f, at)
	case service.Person, service.Address:
		f.Shape = "group"
		for _, part := range q.Parts() {
			f.Parts = append(f.Parts, b.part(q, at, part))
		}
	case service.Region, service.Province, service.Commune:
		b.place(&f, string(q.Type), at)
	case service.File:
		b.file(&f, q, at)
	case service.Rows:
		b.rows(&f, q, at)
	default:
		b.input(&f, q)
	}
	return f
}

// wrong puts the problem of a control into its field.
func (b *builder) wrong(f *field) {
	if p, ok := b.problems[f.ID]; ok {
		f.Error = p.Message(b.lang)
		if texts.Has("problem." + p.Key) {
			f.Error = texts.T(b.lang, "problem."+p.Key, p.Args...)
		}
	}
}

// input fills in the questions of one line.
func (b *builder) input(f *field, q *service.Question) {
	f.Shape, f.Kind, f.Dir = "input", "text", "ltr"
	switch q.Type {
	case service.Number:
		f.Mode, f.Suffix, f.Short = "decimal", q.UnitLabel(b.lang), true
		if q.Decimals == 0 {
			f.Mode = "numeric"
		}
	case service.Money:
		f.Mode, f.Suffix, f.Short = "decimal", b.t("money.unit"), true
	case service.Email:
		f.Kind, f.Auto = "email", "email"
	case service.Phone:
		f.Kind, f.Auto = "tel", "tel"
	case service.ICE, service.RIB:
		f.Mode = "numeric"
	case service.CNIE:
	default:
		f.Dir = "auto"
	}
}

func (b *builder) options(q *service.Question, at string) []option {
	list := make([]option, 0, len(q.Options))
	for _, id := range q.Options {
		o := option{Value: id, Label: q.OptionLabel(b.lang, id)}
		for _, chosen := range b.typed[at] {
			o.On = o.On || chosen == id
		}
		list = append(list, o)
	}
	return list
}

func (b *builder) dateParts(f *field, at string) {
	for _, part := range []string{"day", "month", "year"} {
		name := at + "." + part
		p := field{Shape: "input", ID: name, Label: b.t("date." + part), Value: b.first(name), Kind: "text", Mode: "numeric", Dir: "auto"}
		if part == "month" {
			p.Mode = "" // a month may be typed by its name
		}
		if problem, ok := b.problems[at]; ok {
			p.Wrong = problem.Part == name || problem.Part == at || problem.Key == "missing.date"
		}
		f.Parts = append(f.Parts, p)
	}
}

// part is one line of a person or an address.
func (b *builder) part(q *service.Question, at, part string) field {
	name := at + "." + part
	f := field{Shape: "input", ID: name, Label: b.t(string(q.Type) + "." + part), Value: b.first(name), Kind: "text", Dir: "auto"}
	switch {
	case strings.HasSuffix(part, "_ar"):
		f.Dir, f.Lang = "rtl", "ar"
	case strings.HasSuffix(part, "_latin"):
		f.Dir, f.Lang = "ltr", "fr"
	case part == "postcode":
		f.Dir, f.Mode, f.Short, f.Optional = "ltr", "numeric", true, true
	case part == "landmark":
		f.Optional = true
	}
	b.wrong(&f)
	return f
}

// shown writes a computed answer.
func (b *builder) shown(id string) []shownValue {
	var out []shownValue
	for _, v := range b.def.ShowAnswer(b.lang, b.reading.In(b.territory), id) {
		out = append(out, shownValue{Text: v.Text, LTR: v.Kind == service.ShownLTR})
	}
	return out
}

func (b *builder) rows(f *field, q *service.Question, at string) {
	f.Shape = "rows"
	n := min(q.Count(b.typed), q.RowsMax)
	f.Add = n < q.RowsMax
	for i := range n {
		r := row{N: i + 1, Value: at + "." + strconv.Itoa(i), Remove: n > max(1, q.RowsMin)}
		for _, cell := range q.Ask {
			c := b.question(cell, r.Value+"."+cell.ID)
			c.Row = r.N
			for j := range c.Parts {
				c.Parts[j].Row = r.N
			}
			r.Cells = append(r.Cells, c)
		}
		f.Rows = append(f.Rows, r)
	}
}

func (b *builder) file(f *field, q *service.Question, at string) {
	f.Shape, f.Many = "file", q.MaxFiles > 1
	f.Accept = strings.Join(q.MediaTypes(), ",")
	for _, ref := range b.files {
		if ref.Question == at {
			f.Files = append(f.Files, keptFile{Link: b.fileBase + ref.ID, Name: ref.Name, Size: ref.Size, Remove: at + "." + ref.ID})
		}
	}
	f.Full = len(f.Files) >= q.MaxFiles
	f.Hint = strings.TrimSpace(f.Hint + "\n" + fileLimits(b.lang, q))
	if q.Later {
		f.Hint += " " + b.t("file.later")
	}
}

// fileLimits says what a file question takes.
func fileLimits(l i18n.Lang, q *service.Question) string {
	kinds := "file.any"
	if len(q.Accept) == 1 {
		kinds = "file." + q.Accept[0]
	}
	text := texts.T(l, kinds, "max", intake.MaxFile>>20)
	if q.MaxFiles > 1 {
		text += " " + texts.T(l, "file.most", "n", q.MaxFiles)
	}
	return text
}

// lines lists the problems for the summary, with the label of each field.
func (b *builder) lines(fields []field) []problemLine {
	var out []problemLine
	for _, f := range fields {
		if f.Error != "" {
			out = append(out, problemLine{At: f.ID, Label: f.Label, Row: f.Row, Text: f.Error})
		}
		out = append(out, b.lines(f.Parts)...)
		for _, r := range f.Rows {
			out = append(out, b.lines(r.Cells)...)
		}
	}
	return out
}
