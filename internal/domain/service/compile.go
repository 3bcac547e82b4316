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
	stepKinds     = []string{"review", "inspection", "opinion", "payment", "signature"}
	stepRoles     = []string{"caseworker", "inspector", "expert", "cashier", "supervisor", "president", "head"}
	silences      = []string{"consent", "appeal"}
	extensions    = []string{"false", "expertise", "inquiry", "any"}
	appeals       = []string{"commune", "ministry", "agency", "deconcentrated", "head", "47-18"}
	retainedAfter = []string{"closed", "filed", "expired"}
)

// Sections that are not the definition's to name: the envelope has its own.
var reservedSections = []string{"intake", "reply", "files", "words"}

// Names that pages or forms give another meaning.
var (
	reservedPages     = []string{"authority", "check", "title", "summary", "who", "fee_note", "fees", "fetch", "steps", "refuse", "basis", "documents"}
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
		c.f.add(ruleID, c.line("service"), "service is %q; it must be the folder's name, %q", s.Service, c.b.ID)
	}
	if !slugShape.MatchString(s.Service) {
		c.f.addMend(ruleID, c.line("service"), "Use small Latin letters, digits and -, a letter first.", "service %q is no id", s.Service)
	}
	if s.Version < 1 {
		c.f.add(ruleRequired, c.line("version"), "version is needed: 1, then one more at each change")
	}
	if s.Unit == "" {
		c.f.add(ruleRequired, c.line("unit"), "unit is needed: the team whose key opens the filings")
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

func (c *compiler) law() {
	law := c.src.Law
	if law.Silence != "" {
		c.oneOf("law.silence", law.Silence, silences, law.Line)
	}
	if law.Appeal != "" {
		c.oneOf("law.appeal", law.Appeal, appeals, law.Line)
	}
	if law.Extension != "" {
		c.oneOf("law.extension", law.Extension, extensions, law.Line)
	}
	if law.Retention.After != "" {
		c.oneOf("law.retention.after", law.Retention.After, retainedAfter, law.Line)
	}
}

func (c *compiler) line(key string) int { return c.src.Keys[key] }

func (c *compiler) oneOf(what, word string, known []string, line int) {
	if !slices.Contains(known, word) {
		c.f.addMend(ruleValue, line, suggest(word, known), "%s is %q", what, word)
	}
}

// ids checks that what is named has an id of the right shape, once.
func (c *compiler) ids(what string, seen map[string]bool, id string, line int) {
	switch {
	case !idShape.MatchString(id) && !slugShape.MatchString(id):
		c.f.add(ruleID, line, "%s: %q is no id", what, id)
	case seen[id]:
		c.f.add(ruleTwice, line, "%s %q is there twice", what, id)
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
			c.f.add(ruleRequired, f.Line, "fetch %s has no from: the administration that holds it", f.ID)
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
		c.oneOf("step "+s.ID+": kind", s.Kind, stepKinds, s.Line)
		if s.Role == "" && s.Unit == "" {
			c.f.add(ruleRequired, s.Line, "step %s has neither role nor unit: nobody would do it", s.ID)
		}
		if s.Role != "" {
			c.oneOf("step "+s.ID+": role", s.Role, stepRoles, s.Line)
		}
		if s.Days < 0 || s.Days > 3650 {
			c.f.add(ruleValue, s.Line, "step %s: days run from 0 to 3650", s.ID)
		}
		for _, section := range s.Sees {
			if !slices.Contains(c.d.sections, section) {
				c.f.addMend(ruleReference, s.Line, suggest(section, c.d.sections), "step %s sees %q, which no page seals", s.ID, section)
			}
		}
	}
}

func (c *compiler) search() {
	for field, id := range c.d.Search {
		types, known := searchFields[field]
		if !known {
			c.f.addMend(ruleKey, c.line("search"), suggest(field, keysOf(searchFields)), "search has no field %q", field)
			continue
		}
		q := c.d.Questions[id]
		switch {
		case q == nil:
			c.f.addMend(ruleReference, c.line("search"), suggest(id, keysOf(c.d.Questions)), "search.%s: there is no question %q", field, id)
		case !slices.Contains(types, q.Type):
			c.f.add(ruleReference, c.line("search"), "search.%s: the question %s is of type %s; it takes %s", field, id, q.Type, joinedTypes(types))
		default:
			q.used = true
		}
	}
}

func joinedTypes(types []Type) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = string(t)
	}
	return strings.Join(words, ", ")
}

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
