// Package service knows what an administration asks for: it reads a service's
// definition (structure, words, conditions, examples), proves it, and reads an
// applicant's answers by it.
//
// It refuses an unknown key, a missing text, a condition whose types do not
// fit, and anything the law forbids to ask. It is pure: no store, no clock, no
// network, no key; "today" and the territory are arguments. Both zones use it,
// so that page, API, receipt and case never disagree about an answer.
package service

import (
	"cmp"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"wasl/internal/base/i18n"
)

// Lang is one of the four languages.
type Lang = i18n.Lang

// Type is the type of a question, as x-type in the answers' schema.
type Type string

// The question types.
const (
	Text        Type = "text"
	LongText    Type = "longtext"
	Number      Type = "number"
	Money       Type = "money"
	Date        Type = "date"
	YesNo       Type = "yesno"
	Choice      Type = "choice"
	Choices     Type = "choices"
	Email       Type = "email"
	Phone       Type = "phone"
	Person      Type = "person"
	CNIE        Type = "cnie"
	ICE         Type = "ice"
	RIB         Type = "rib"
	Address     Type = "address"
	Region      Type = "region"
	Province    Type = "province"
	Commune     Type = "commune"
	File        Type = "file"
	Rows        Type = "rows"
	Computed    Type = "computed"
	Declaration Type = "declaration"
	Statement   Type = "statement"
)

// Kinds of service: which legal clock runs.
const (
	KindNormal        = "normal"
	KindInvestment    = "investment"
	KindListedSilence = "listed-silence-consent"
	KindInformation   = "information"
	KindOnTheSpot     = "on-the-spot"
)

// MainSection is the section of a page that names none.
const MainSection = "main"

// MaxFiles is the most files one question takes.
const MaxFiles = 40

// DefaultMaxLength is the most characters of a text whose question says nothing.
const DefaultMaxLength = 5000

// Definition is one compiled version of a service. It is immutable and safe
// for concurrent use.
type Definition struct {
	ID        string
	Version   int
	Hash      string // hex SHA-256 of the bundle's canonical bytes
	OfferedBy string // kind of authority
	Unit      string // team whose key opens the filings, unless an offer names another
	Audience  []string
	Example   bool
	Kind      string
	Law       Law
	Filing    []string // online, counter
	Fees      []Fee
	Pages     []Page
	Fetch     []Fetch
	Steps     []Step
	Outcome   Outcome
	Search    map[string]string // index name → question id

	Questions map[string]*Question // by id, without the questions inside rows

	bundle   *Bundle
	texts    map[Lang]map[string]string
	order    []*Question // every question in page order
	sections []string
	zeros    []ref.Val      // by Question.index: what an unanswered question is worth in an expression
	lines    map[string]int // line in service.yaml of its top keys
	examples func() []Example
	schema   func() map[string]any
}

// Law is the legal card of the act (law 55-19 art. 6).
type Law struct {
	Act        string         `yaml:"act"` // its entry in law/lists.yaml, where a list decides
	Basis      []Article      `yaml:"basis"`
	Delay      Delay          `yaml:"delay"`
	Silence    string         `yaml:"silence"`   // consent, appeal
	Appeal     string         `yaml:"appeal"`    // kind of authority that hears the appeal
	Extension  string         `yaml:"extension"` // "", expertise, inquiry, any or false
	Correction Correction     `yaml:"correction"`
	Returns    []string       `yaml:"returns"` // requests whose lapse lets the authority return the file
	Retention  Retention      `yaml:"retention"`
	Data       DataRule       `yaml:"data"`
	Line       int            `yaml:"-"`
	Keys       map[string]int `yaml:"-"`
}

// line is where a key of the card stands, or the card itself.
func (l *Law) line(key string) int { return cmp.Or(l.Keys[key], l.Line) }

// Article names an article of a legal text; the text's title is the text
// "basis.<text>".
type Article struct {
	Text    string `yaml:"text"`
	Article string `yaml:"article"`
	Line    int    `yaml:"-"`
}

// Delay is the legal delay in days.
type Delay struct {
	Days int `yaml:"days"`
	Line int `yaml:"-"`
}

// Correction is the applicant's time to mend or supply a piece (art. 10); 0
// where the definition leaves it to the law.
type Correction struct {
	Days int `yaml:"days"`
	Line int `yaml:"-"`
}

// Retention says how long a file is kept and from when.
type Retention struct {
	Years int    `yaml:"years"`
	After string `yaml:"after"`
}

// DataRule is the personal-data notice (law 09-08 art. 5), the prior
// authorisation and whether the answers hold sensitive data (art. 12).
type DataRule struct {
	Notice        string `yaml:"notice"`
	Authorisation string `yaml:"authorisation"` // its number, or requested
	Sensitive     bool   `yaml:"sensitive"`
	Line          int    `yaml:"-"`
}

// AuthorisationRequested is the authorisation of who asked for one and waits.
const AuthorisationRequested = "requested"

// Fee is a sum due on filing; Amount is a condition-language expression that
// gives integer centimes.
type Fee struct {
	ID     string  `yaml:"id"`
	Amount Scalar  `yaml:"amount"`
	Basis  Article `yaml:"basis"`
	Line   int     `yaml:"-"`

	amount *expression
}

// Fetch is a document that the administration gets by itself. Approve says
// that the applicant approves the copy before it is used (law 55-19 art. 24).
type Fetch struct {
	ID      string `yaml:"id"`
	From    string `yaml:"from"`
	When    Scalar `yaml:"when"`
	Approve bool   `yaml:"approve"`
	Line    int    `yaml:"-"`

	when *expression
}

// Step is a stage of the review; Days is its delay, which never suspends the
// clock. Suspends and Asks are read to be refused with the article.
type Step struct {
	ID       string   `yaml:"id"`
	Kind     string   `yaml:"kind"`
	Role     string   `yaml:"role"`
	Unit     string   `yaml:"unit"`
	Sees     []string `yaml:"sees"` // sections
	Days     int      `yaml:"days"`
	Suspends bool     `yaml:"suspends"`
	Asks     []string `yaml:"asks"` // what it asks of the applicant
	Line     int      `yaml:"-"`
}

// Outcome is what a decision gives.
type Outcome struct {
	Grant     Grant          `yaml:"grant"`
	Refuse    Refuse         `yaml:"refuse"`
	Automatic []string       `yaml:"automatic"` // grant, refuse: decided without a person
	Line      int            `yaml:"-"`
	Keys      map[string]int `yaml:"-"`
}

// Grant names the document issued and its validity.
type Grant struct {
	Document string   `yaml:"document"`
	Valid    Validity `yaml:"valid"`
}

// Validity is a length of time; zero means without end.
type Validity struct {
	Days   int `yaml:"days"`
	Months int `yaml:"months"`
	Years  int `yaml:"years"`
}

// Refuse lists the reasons an agent chooses from; their words are the texts
// "refuse.<reason>".
type Refuse struct {
	Reasons []string `yaml:"reasons"`
}

// Page is one page of the form.
type Page struct {
	ID        string
	Section   string
	Questions []*Question

	def  *Definition
	line int
}

// Question is one question of a page, or of the rows of a question.
type Question struct {
	ID        string
	Type      Type
	Page      string
	Section   string
	Optional  bool
	Options   []string // choice, choices
	Min, Max  *int64   // number (scaled by Decimals), money (centimes), choices (how many)
	MinLength int
	MaxLength int // characters
	Decimals  int
	Unit      string
	Accept    []string // file: pdf, image
	MaxFiles  int
	Later     bool // file: may come later (law 55-19 art. 10)
	RowsMin   int
	RowsMax   int
	Ask       []*Question // rows: the questions of each row
	When      Scalar      // condition, "" = always asked
	Else      any         // what a closed question is worth in other conditions
	Value     Scalar      // computed
	File      string      // where it is defined
	Line      int

	kind        *kind
	def         *Definition
	key         string // its texts' prefix
	index       int    // in page order
	from, until dateBound
	when, value *expression
	result      *cel.Type // computed
	used        bool      // an expression, a fee, a search or a document reads it
}

// T returns the text of a key in l: "title", "where.zone.label",
// "fees.<id>", …; "" when the service has no such text.
func (d *Definition) T(l Lang, key string) string { return d.texts[l][key] }

// Page returns the page with this id, or nil.
func (d *Definition) Page(id string) *Page {
	for i := range d.Pages {
		if d.Pages[i].ID == id {
			return &d.Pages[i]
		}
	}
	return nil
}

// SectionIDs lists the sealed sections of this version, in page order.
func (d *Definition) SectionIDs() []string { return d.sections }

// Question returns the question with this id, or nil; cells of rows are in
// their question's Ask.
func (d *Definition) Question(id string) *Question { return d.Questions[id] }

// Bundle returns the files the definition was compiled from.
func (d *Definition) Bundle() *Bundle { return d.bundle }

// Documents lists the file questions: what the applicant provides.
func (d *Definition) Documents() []*Question {
	var files []*Question
	for _, q := range d.order {
		if q.Type == File {
			files = append(files, q)
		}
	}
	return files
}

// Title returns the page's title in l.
func (p *Page) Title(l Lang) string { return p.def.T(l, p.ID+".title") }

// Hint returns the page's help text in l, or "".
func (p *Page) Hint(l Lang) string { return p.def.T(l, p.ID+".hint") }

// Label returns the question's label in l; it may be several sentences for a
// statement or a declaration.
func (q *Question) Label(l Lang) string { return q.def.T(l, q.key+".label") }

// Hint returns the question's help text in l, or "".
func (q *Question) Hint(l Lang) string { return q.def.T(l, q.key+".hint") }

// OptionLabel returns the words of one option in l.
func (q *Question) OptionLabel(l Lang, option string) string {
	return q.def.T(l, q.key+".options."+option)
}

// UnitLabel returns how people write the question's unit in l, or "".
func (q *Question) UnitLabel(l Lang) string {
	if q.Unit == "" {
		return ""
	}
	if key := "unit." + q.Unit; words().Has(key) {
		return words().T(l, key)
	}
	return q.Unit
}

// Parts lists the ends of the question's control names: "given_ar" … for a
// person, "day" … for a date, nothing where the question is one control.
func (q *Question) Parts() []string { return q.kind.parts }

// MediaTypes lists what a file question takes.
func (q *Question) MediaTypes() []string {
	var all []string
	for _, a := range q.Accept {
		all = append(all, mediaTypes[a]...)
	}
	return all
}

// lazily computes a value once.
func lazily[T any](f func() T) func() T { return sync.OnceValue(f) }
