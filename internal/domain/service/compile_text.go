package service

import (
	"slices"
	"strings"

	"wasl/internal/base/i18n"
)

// wanted is a text that a definition needs (must) or may have in all four
// languages or in none.
type wanted struct {
	key  string
	line int // where the structure asks for it
	must bool
}

func (c *compiler) want(key string, line int) {
	if !slices.ContainsFunc(c.wanted, func(w wanted) bool { return w.key == key }) {
		c.wanted = append(c.wanted, wanted{key, line, true})
	}
}

func (c *compiler) may(key string) { c.wanted = append(c.wanted, wanted{key: key}) }

// wantQuestion asks for the texts of a question under a key.
func (c *compiler) wantQuestion(q *Question, key string) {
	c.wanted = append(c.wanted, questionTexts(q, key)...)
}

func questionTexts(q *Question, key string) []wanted {
	all := []wanted{{key + ".label", q.Line, true}, {key: key + ".hint"}}
	for _, o := range q.Options {
		all = append(all, wanted{key + ".options." + o, q.Line, true})
	}
	for _, cell := range q.Ask {
		all = append(all, questionTexts(cell, key+"."+cell.ID)...)
	}
	return all
}

// textAt is one text of a file with its line.
type textAt struct {
	text string
	line int
}

// texts loads the words of the service and of its blocks in four languages
// and reports what is missing and what is too many.
func (c *compiler) texts() {
	c.want("title", 1)
	c.want("summary", 1)
	c.want("who", 1)
	own := c.load(c.b.path(""), c.wanted)
	for _, l := range i18n.Langs {
		c.d.texts[l] = make(map[string]string, len(own[l]))
		c.places[l] = make(map[string]place, len(own[l]))
		for key, w := range own[l] {
			c.put(l, key, c.b.path(string(l)+".yaml"), w)
		}
	}
	for _, b := range c.blocks {
		shared := c.load("blocks/"+b.name, b.wanted)
		for _, use := range b.uses {
			for _, l := range i18n.Langs {
				for key, w := range shared[l] {
					c.put(l, use.page+"."+use.as+key, "blocks/"+b.name+"/"+string(l)+".yaml", w)
				}
			}
		}
	}
}

// place is where a text is written.
type place struct {
	textAt
	file string
}

func (c *compiler) put(l Lang, key, file string, w textAt) {
	c.d.texts[l][key] = w.text
	c.places[l][key] = place{w, file}
}

// load reads the four files of a folder and compares them with what is wanted.
func (c *compiler) load(folder string, wants []wanted) map[Lang]map[string]textAt {
	all := map[Lang]map[string]textAt{}
	known := make(map[string]bool, len(wants))
	for _, w := range wants {
		known[w.key] = true
	}
	for _, l := range i18n.Langs {
		file := folder + "/" + string(l) + ".yaml"
		f := c.f.in(file)
		all[l] = map[string]textAt{}
		text, ok := c.b.files[file]
		if !ok {
			f.add(ruleFile, 1, "words", "language", word("lang."+string(l)))
			continue
		}
		if root := parseYAML(text, f); root != nil {
			flatten(all[l], "", root, f)
		}
	}
	for _, l := range i18n.Langs {
		if _, ok := c.b.files[folder+"/"+string(l)+".yaml"]; ok {
			c.compare(folder, l, all, wants, known)
		}
	}
	return all
}

// compare reports the missing and extra texts of one language.
func (c *compiler) compare(folder string, l Lang, all map[Lang]map[string]textAt, wants []wanted, known map[string]bool) {
	f := c.f.in(folder + "/" + string(l) + ".yaml")
	var missing []string
	for _, w := range wants {
		if _, ok := all[l][w.key]; ok || !w.must && !inAny(all, w.key) {
			continue
		}
		missing = append(missing, w.key)
		f.add(ruleMissing, nearLine(all[l], w.key), "missing", "key", w.key)
	}
	for key, w := range all[l] {
		switch {
		case !known[key]:
			mend := term{}
			if near := nearest(key, missing); near != "" {
				mend = word("nearest", "word", near)
			}
			f.addMend(ruleExtra, w.line, mend, "extra", "key", key)
		case strings.TrimSpace(w.text) == "":
			f.add(ruleMissing, w.line, "empty", "key", key)
		}
	}
}

func inAny(all map[Lang]map[string]textAt, key string) bool {
	for _, texts := range all {
		if _, ok := texts[key]; ok {
			return true
		}
	}
	return false
}

// nearLine is where a missing text belongs: after the texts that share the
// longest beginning of its key.
func nearLine(texts map[string]textAt, key string) int {
	for prefix := key; ; {
		i := strings.LastIndexByte(prefix, '.')
		if i < 0 {
			return 1
		}
		prefix = prefix[:i]
		last := 0
		for k, w := range texts {
			if strings.HasPrefix(k, prefix+".") {
				last = max(last, w.line)
			}
		}
		if last > 0 {
			return last
		}
	}
}

// flatten turns nested keys into "a.b.c".
func flatten(into map[string]textAt, prefix string, n *node, f *findings) {
	if n.shape != shapeTable {
		f.add(ruleShape, n.line, "texts", "key", name(prefix), "shape", n.shape.term())
		return
	}
	for _, e := range n.keys {
		key := strings.TrimPrefix(prefix+"."+e.key, ".")
		switch e.value.shape {
		case shapeTable:
			flatten(into, key, e.value, f)
		case shapeList, shapeNothing:
			f.add(ruleShape, e.line, "text", "key", word("key", "key", key), "shape", e.value.shape.term())
		default:
			if _, twice := into[key]; twice {
				f.add(ruleTwice, e.line, "named", "what", word("text"), "id", key)
			}
			into[key] = textAt{e.value.text, e.line}
		}
	}
}
