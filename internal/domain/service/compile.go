package service

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
)

// compiler turns a bundle into a definition and collects what is wrong.
type compiler struct {
	b      *Bundle
	d      *Definition
	f      *findings // of the file being read
	src    source
	env    *cel.Env
	blocks map[string]*block
	wanted []wanted // texts the service must or may have
	places map[Lang]map[string]place
}

// Words of the keys that take one of a few.
var (
	offeredBy     = []string{"commune", "ministry", "agency", "deconcentrated", "any"}
	audiences     = []string{"citizen", "business", "abroad", "association"}
	serviceKinds  = []string{KindNormal, KindInvestment, KindListedSilence, KindInformation, KindOnTheSpot}
	filingModes   = []string{"online", "counter"}
	searchFields  = map[string][]Type{"number": {CNIE, ICE, Text}, "phone": {Phone}, "name": {Person}}
	stepKinds     = []string{"review", "inspection", "opinion", "expertise", "inquiry", "payment", "signature"}
	stepRoles     = []string{"caseworker", "inspector", "expert", "cashier", "supervisor", "president", "head"}
	silences      = []string{"consent", "appeal"}
	extensions    = []string{"false", "expertise", "inquiry", "any"}
	requests      = []string{"missing", "correction", "originals", "information"}
	outcomes      = []string{"grant", "refuse"}
	appeals       = []string{"commune", "ministry", "agency", "deconcentrated", "head", "47-18"}
	retainedAfter = []string{"closed", "filed", "expired"}
)

// Sections that are not the definition's to name: the envelope has its own.
var reservedSections = []string{"intake", "reply", "files", "words"}

// Names that pages or forms give another meaning.
var (
	reservedPages     = []string{"authority", "check", "title", "summary", "who", "fee_note", "fees", "fetch", "steps", "refuse", "basis", "documents", "extension"}
	reservedQuestions = []string{"authority", "file", "reference", "title", "hint", "language", "resume_code"}
	reservedCells     = []string{"label", "hint", "options"}
)

var (
	idShape   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	slugShape = regexp.MustCompile(`^[a-z][a-z0-9-]{0,59}$`)
)

// Compile reads the bundle. The definition is nil when it cannot serve: a
// finding is an error then. Law, sense and examples are judged by Check.
func (b *Bundle) Compile() (*Definition, []Finding) {
	c := b.compile()
	all := c.f.sorted()
	if HasErrors(all) {
		return nil, all
	}
	return c.d, all
}

// compile goes through the whole bundle, whatever is wrong.
func (b *Bundle) compile() *compiler {
	c := &compiler{
		b: b, f: newFindings(b.path("service.yaml")), blocks: map[string]*block{}, places: map[Lang]map[string]place{},
		d: &Definition{bundle: b, Questions: map[string]*Question{}, texts: map[Lang]map[string]string{}},
	}
	root := parseYAML(b.files[b.path("service.yaml")], c.f)
	if root != nil {
		decode(root, &c.src, c.f)
		c.head()
		c.form()
		c.expressions()
		c.review()
		c.texts()
	}
	c.d.Hash = b.Hash()
	c.d.schema = lazily(c.d.makeSchema)
	c.d.examples = lazily(c.d.readExamples)
	return c
}

// head copies what stands outside the form and checks its words.
func (c *compiler) head() {
	s, d := &c.src, c.d
	if s.Service != c.b.ID {
		c.f.add(ruleID, c.line("service"), "folder", "key", "service", "id", s.Service, "folder", c.b.ID)
	}
	if !slugShape.MatchString(s.Service) {
		c.f.addMend(ruleID, c.line("service"), ruleID.term("mend_service"), "service", "id", s.Service)
	}
	if s.Version < 1 {
		c.f.add(ruleRequired, c.line("version"), "version")
	}
	if s.Unit == "" {
		c.f.addMend(lawAuthority, c.line("unit"), lawAuthority.term("mend_unit"), "receives")
	}
	c.oneOf("kind", cmp.Or(s.Kind, KindNormal), serviceKinds, c.line("kind"))
	if s.OfferedBy != "" {
		c.oneOf("offered_by", s.OfferedBy, offeredBy, c.line("offered_by"))
	}
	for _, a := range s.Audience {
		c.oneOf("audience", a, audiences, c.line("audience"))
	}
	for _, m := range s.Filing {
		c.oneOf("filing", m, filingModes, c.line("filing"))
	}
	d.ID, d.Version, d.OfferedBy, d.Unit = s.Service, s.Version, s.OfferedBy, s.Unit
	d.Audience, d.Example, d.Kind, d.Law, d.Filing = s.Audience, s.Example, cmp.Or(s.Kind, KindNormal), s.Law, s.Filing
	d.Fees, d.Fetch, d.Steps, d.Outcome, d.Search = s.Fees, s.Fetch, s.Steps, s.Outcome, s.Search
	d.lines = s.Keys
	c.law()
}

// law checks the words of the legal card.
func (c *compiler) law() {
	law := &c.src.Law
	if law.Silence != "" {
		c.oneOf("law.silence", law.Silence, silences, law.line("silence"))
	}
	if law.Appeal != "" {
		c.oneOf("law.appeal", law.Appeal, appeals, law.line("appeal"))
	}
	if law.Extension != "" {
		c.oneOf("law.extension", law.Extension, extensions, law.line("extension"))
	}
	if extends(law.Extension) {
		c.may("extension")
	}
	for _, r := range law.Returns {
		c.oneOf("law.returns", r, requests, law.line("returns"))
	}
	if law.Retention.After != "" {
		c.oneOf("law.retention.after", law.Retention.After, retainedAfter, law.line("retention"))
	}
	if a := law.Data.Authorisation; a != "" && a != AuthorisationRequested && !numbered(a) {
		c.f.addMend(ruleValue, law.line("data"), ruleValue.term("mend_authorisation"), "one_of", "key", "law.data.authorisation", "word", a)
	}
	for _, o := range c.src.Outcome.Automatic {
		c.oneOf("outcome.automatic", o, outcomes, c.src.Outcome.Keys["automatic"])
	}
}

// extends tells whether the delay may be extended, and for what.
func extends(extension string) bool { return extension == "expertise" || extension == "inquiry" }

// numbered tells whether a reference holds a number.
func numbered(s string) bool { return strings.ContainsAny(s, "0123456789") }

func (c *compiler) line(key string) int { return c.src.Keys[key] }

func (c *compiler) oneOf(key, said string, known []string, line int) {
	if !slices.Contains(known, said) {
		c.f.addMend(ruleValue, line, suggest(said, known), "one_of", "key", key, "word", said)
	}
}

// ids checks that what is named has an id of the right shape, once.
func (c *compiler) ids(what string, seen map[string]bool, id string, line int) {
	switch {
	case !idShape.MatchString(id) && !slugShape.MatchString(id):
		c.f.add(ruleID, line, "named", "what", word(what), "id", id)
	case seen[id]:
		c.f.add(ruleTwice, line, "named", "what", word(what), "id", id)
	}
	seen[id] = true
}

// review checks what comes after the form and points into it: fees, fetched
// documents, steps, outcome, search.
func (c *compiler) review() {
	seen := map[string]bool{}
	for _, f := range c.d.Fees {
		c.ids("fee", seen, f.ID, f.Line)
		c.want("fees."+f.ID, f.Line)
		if f.Basis.Text != "" {
			c.want("basis."+f.Basis.Text, f.Line)
		}
	}
	if len(c.d.Fees) > 0 {
		c.want("fee_note", c.line("fees"))
	}
	for _, a := range c.d.Law.Basis {
		c.want("basis."+a.Text, a.Line)
	}
	seen = map[string]bool{}
	for _, f := range c.d.Fetch {
		c.ids("fetch", seen, f.ID, f.Line)
		c.want("fetch."+f.ID, f.Line)
		if f.From == "" {
			c.f.add(ruleRequired, f.Line, "from", "id", f.ID)
		}
	}
	c.steps()
	seen = map[string]bool{}
	for _, r := range c.d.Outcome.Refuse.Reasons {
		c.ids("reason", seen, r, c.d.Outcome.Line)
		c.want("refuse."+r, c.d.Outcome.Line)
	}
	c.search()
}

func (c *compiler) steps() {
	seen := map[string]bool{}
	for _, s := range c.d.Steps {
		c.ids("step", seen, s.ID, s.Line)
		c.want("steps."+s.ID, s.Line)
		c.oneOf("steps."+s.ID+".kind", s.Kind, stepKinds, s.Line)
		if s.Role == "" && s.Unit == "" {
			c.f.add(ruleRequired, s.Line, "step", "id", s.ID)
		}
		if s.Role != "" {
			c.oneOf("steps."+s.ID+".role", s.Role, stepRoles, s.Line)
		}
		if s.Days < 0 || s.Days > 3650 {
			c.f.add(ruleValue, s.Line, "step_days", "id", s.ID)
		}
		for _, section := range s.Sees {
			if !slices.Contains(c.d.sections, section) {
				c.f.addMend(ruleReference, s.Line, suggest(section, c.d.sections), "section", "id", s.ID, "section", section)
			}
		}
	}
}

func (c *compiler) search() {
	for field, id := range c.d.Search {
		types, known := searchFields[field]
		if !known {
			c.f.addMend(ruleKey, c.line("search"), suggest(field, keysOf(searchFields)), "search", "key", field)
			continue
		}
		q := c.d.Questions[id]
		switch {
		case q == nil:
			c.f.addMend(ruleReference, c.line("search"), suggest(id, keysOf(c.d.Questions)), "search", "key", field, "id", id)
		case !slices.Contains(types, q.Type):
			c.f.add(ruleReference, c.line("search"), "search_type", "key", field, "id", id, "type", q.Type, "types", namesOf(types))
		default:
			q.used = true
		}
	}
}

func namesOf(types []Type) []string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return words
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
