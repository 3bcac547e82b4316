package service

import (
	"slices"
	"strconv"
	"strings"
)

// block is a shared group of questions with its own texts.
type block struct {
	name   string
	src    blockSource
	f      *findings
	wanted []wanted
	uses   []blockUse
	read   bool // its questions were checked
}

// blockUse is one place where a service uses a block: its texts stand under
// prefix for question id+as.
type blockUse struct{ page, as string }

func (c *compiler) form() {
	if len(c.src.Form) == 0 {
		c.f.add(ruleRequired, c.line("form"), "form")
	}
	seen := map[string]bool{}
	c.d.Pages = make([]Page, 0, len(c.src.Form))
	for _, p := range c.src.Form {
		c.ids("page", seen, p.Page, p.Line)
		if slices.Contains(reservedPages, p.Page) {
			c.f.addMend(ruleID, p.Line, ruleID.term("mend_other"), "page", "id", p.Page)
		}
		section := p.Section
		switch {
		case section == "":
			section = MainSection
		case !idShape.MatchString(section) || slices.Contains(reservedSections, section):
			c.f.add(ruleID, p.Line, "section", "page", p.Page, "id", section)
		}
		if !slices.Contains(c.d.sections, section) {
			c.d.sections = append(c.d.sections, section)
		}
		c.d.Pages = append(c.d.Pages, Page{ID: p.Page, Section: section, def: c.d, line: p.Line})
		page := &c.d.Pages[len(c.d.Pages)-1]
		c.want(p.Page+".title", p.Line)
		c.may(p.Page + ".hint")
		for i := range p.Ask {
			c.ask(page, &p.Ask[i])
		}
		if len(page.Questions) == 0 {
			c.f.add(ruleRequired, p.Line, "page", "id", p.Page)
		}
	}
}

// ask adds a question of the service, or those of a block.
func (c *compiler) ask(page *Page, s *questionSource) {
	if s.Use == "" {
		if s.As != "" {
			c.f.add(ruleAttribute, s.Line, "as")
		}
		q := c.question(page, s, page.ID+"."+s.ID)
		c.wantQuestion(q, q.key)
		return
	}
	for key, line := range s.Keys {
		if key != "use" && key != "as" && key != "when" {
			c.f.addMend(ruleAttribute, line, ruleAttribute.term("mend_use"), "use", "key", key)
		}
	}
	b := c.block(s.Use, s.Line)
	if b == nil {
		return
	}
	prefix := ""
	if s.As != "" {
		prefix = s.As + "_"
	}
	b.uses = append(b.uses, blockUse{page: page.ID, as: prefix})
	service := c.f
	for i := range b.src.Ask {
		asked := b.src.Ask[i]
		own := asked.ID
		asked.ID = prefix + own
		asked.When.Text = bothTrue(s.When.Text, b.renamed(asked.When.Text, prefix))
		asked.Value.Text = b.renamed(asked.Value.Text, prefix)
		if asked.When.Line == 0 {
			asked.When.Line = asked.Line
		}
		c.f = b.f
		if asked.Use != "" {
			c.f.add(ruleBlock, asked.Line, "nested")
			continue
		}
		q := c.question(page, &asked, page.ID+"."+asked.ID)
		if !b.read {
			b.wanted = append(b.wanted, questionTexts(q, own)...)
		}
	}
	b.read = true
	c.f = service
}

func bothTrue(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") && (" + b + ")"
}

// block reads blocks/<name>/block.yaml, once; nil when it is not there.
func (c *compiler) block(use string, line int) *block {
	name, version, _ := strings.Cut(use, "@")
	b := c.blocks[name]
	if b == nil {
		file := "blocks/" + name + "/block.yaml"
		text, ok := c.b.files[file]
		if !ok {
			c.f.add(ruleBlock, line, "missing", "block", name, "file", file)
			return nil
		}
		b = &block{name: name, f: c.f.in(file)}
		if root := parseYAML(text, b.f); root != nil {
			decode(root, &b.src, b.f)
		}
		if b.src.Block != name {
			b.f.add(ruleID, 1, "folder", "key", "block", "id", b.src.Block, "folder", name)
		}
		if len(b.src.Ask) == 0 {
			b.f.add(ruleRequired, 1, "block")
		}
		c.blocks[name] = b
	}
	if version != strconv.Itoa(b.src.Version) {
		c.f.addMend(ruleBlock, line, ruleBlock.term("mend_version", "block", name, "version", b.src.Version), "version", "block", name, "version", b.src.Version, "wanted", version)
	}
	return b
}

// renamed writes a block's expression with the ids of its use.
func (b *block) renamed(expression, prefix string) string {
	if expression == "" || prefix == "" {
		return expression
	}
	own := map[string]bool{}
	for _, q := range b.src.Ask {
		own[q.ID] = true
	}
	var out strings.Builder
	for i := 0; i < len(expression); {
		ch := expression[i]
		switch {
		case ch == '\'' || ch == '"':
			end := i + 1
			for end < len(expression) && expression[end] != ch {
				if expression[end] == '\\' {
					end++
				}
				end++
			}
			end = min(end+1, len(expression))
			out.WriteString(expression[i:end])
			i = end
		case isWord(ch):
			end := i
			for end < len(expression) && isWord(expression[end]) {
				end++
			}
			if own[expression[i:end]] && (i == 0 || expression[i-1] != '.') {
				out.WriteString(prefix)
			}
			out.WriteString(expression[i:end])
			i = end
		default:
			out.WriteByte(ch)
			i++
		}
	}
	return out.String()
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// question makes a question of what is written, judges it and adds it.
func (c *compiler) question(page *Page, s *questionSource, key string) *Question {
	q := c.bare(s, key)
	q.Page, q.Section = page.ID, page.Section
	for i := range q.Ask {
		q.Ask[i].Page, q.Ask[i].Section = page.ID, page.Section
	}
	if slices.Contains(reservedQuestions, s.ID) {
		c.f.addMend(ruleID, s.Line, ruleID.term("mend_other"), "question_name", "id", s.ID)
	}
	if c.d.Questions[s.ID] != nil {
		c.f.add(ruleTwice, s.Line, "named", "what", word("question"), "id", s.ID)
		return q
	}
	q.index = len(c.d.order)
	c.d.Questions[s.ID] = q
	c.d.order = append(c.d.order, q)
	page.Questions = append(page.Questions, q)
	return q
}

// bare makes a question without its place.
func (c *compiler) bare(s *questionSource, key string) *Question {
	q := &Question{
		ID: s.ID, Type: Type(s.Type), Optional: s.Optional, MinLength: s.MinLength, MaxLength: s.MaxLength,
		Decimals: s.Decimals, Unit: s.Unit, Accept: s.Accept, MaxFiles: s.MaxFiles, When: s.When, Value: s.Value,
		File: c.f.file, Line: s.Line, def: c.d, key: key,
	}
	if !idShape.MatchString(s.ID) || celReserved[s.ID] {
		c.f.add(ruleID, s.Line, "question", "id", s.ID)
	}
	q.kind = kinds[q.Type]
	if q.kind == nil {
		slices.Sort(typeNames)
		c.f.addMend(ruleType, s.Line, suggest(s.Type, typeNames), "unknown", "id", s.ID, "type", s.Type)
		q.kind = kinds[Statement] // goes on, so that one reading reports everything
		q.Type = Statement
		return q
	}
	for key, line := range s.Keys {
		if !c.takes(q, key) {
			c.f.add(ruleAttribute, line, "type", "id", s.ID, "type", s.Type, "key", key)
		}
	}
	if line, ok := s.Keys["else"]; ok && s.When.Text == "" {
		c.f.add(ruleAttribute, line, "else", "id", s.ID)
	}
	if q.kind.check != nil {
		q.kind.check(c, q, s)
	}
	return q
}

func (c *compiler) takes(q *Question, key string) bool {
	switch key {
	case "id", "type", "when":
		return true
	case "optional":
		return !q.kind.none
	}
	return contains(q.kind.keys, key)
}

// options checks the options of a choice.
func (c *compiler) options(q *Question, s *questionSource) {
	q.Options = s.Options
	if len(s.Options) == 0 {
		c.f.add(ruleRequired, s.Line, "options", "id", q.ID)
	}
	seen := map[string]bool{}
	for _, o := range s.Options {
		switch {
		case !slugShape.MatchString(o) && !idShape.MatchString(o):
			c.f.add(ruleID, s.Keys["options"], "option", "id", q.ID, "option", o)
		case seen[o]:
			c.f.add(ruleTwice, s.Keys["options"], "option", "id", q.ID, "option", o)
		}
		seen[o] = true
	}
}

// inRows are the types a row may ask.
var inRows = []Type{Text, LongText, Number, Money, Date, YesNo, Choice, Choices, Email, Phone, Person, CNIE, ICE, RIB, Address, Region, Province, Commune}

// rowQuestions reads the questions of each row.
func (c *compiler) rowQuestions(q *Question, s *questionSource) {
	if len(s.Ask) == 0 {
		c.f.add(ruleRequired, s.Line, "rows", "id", q.ID)
	}
	seen := map[string]bool{}
	for i := range s.Ask {
		asked := &s.Ask[i]
		if asked.Use != "" {
			c.f.add(ruleBlock, asked.Line, "rows", "id", q.ID)
			continue
		}
		if slices.Contains(reservedCells, asked.ID) {
			c.f.addMend(ruleID, asked.Line, ruleID.term("mend_other"), "cell", "id", asked.ID)
		}
		if line, ok := asked.Keys["when"]; ok {
			c.f.add(ruleAttribute, line, "row_when", "id", q.ID+"."+asked.ID)
		}
		cell := c.bare(asked, q.key+"."+asked.ID)
		if cell.kind != nil && asked.Type != "" && !slices.Contains(inRows, cell.Type) {
			c.f.add(ruleType, asked.Line, "row", "id", q.ID+"."+asked.ID, "type", asked.Type)
		}
		if seen[cell.ID] {
			c.f.add(ruleTwice, asked.Line, "named", "what", word("question"), "id", q.ID+"."+asked.ID)
		}
		seen[cell.ID] = true
		q.Ask = append(q.Ask, cell)
	}
}
