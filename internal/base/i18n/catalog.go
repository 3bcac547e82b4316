package i18n

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
)

// Catalog holds the texts of one role in every language under flat keys.
// It is complete by construction: Load refuses a text that one language lacks.
type Catalog struct {
	langs []Lang
	texts map[Lang]map[string]string
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Load reads ar.yaml, fr.yaml, zgh.yaml and en.yaml from dir, or the files of
// the languages named. Keys may be nested; "a: {b: text}" and "a.b: text" are
// the same key. A missing or empty text, or one whose {placeholders} differ
// between languages, is an error that names every such key.
func Load(fsys fs.FS, dir string, langs ...Lang) (*Catalog, error) {
	if len(langs) == 0 {
		langs = Langs
	}
	c := &Catalog{langs: langs, texts: map[Lang]map[string]string{}}
	for _, l := range langs {
		name := path.Join(dir, string(l)+".yaml")
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading texts: %w", err)
		}
		var tree map[string]any
		if err := yaml.Unmarshal(raw, &tree); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		c.texts[l] = map[string]string{}
		if err := flatten(c.texts[l], "", tree); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	if faults := c.faults(); len(faults) > 0 {
		return nil, fmt.Errorf("texts in %s are incomplete:\n%s", dir, strings.Join(faults, "\n"))
	}
	return c, nil
}

// MustLoad is Load for texts embedded in the program.
func MustLoad(fsys fs.FS, dir string, langs ...Lang) *Catalog {
	c, err := Load(fsys, dir, langs...)
	if err != nil {
		panic(err)
	}
	return c
}

func flatten(into map[string]string, prefix string, tree map[string]any) error {
	for key, value := range tree {
		full := strings.TrimPrefix(prefix+"."+key, ".")
		switch v := value.(type) {
		case string:
			if _, twice := into[full]; twice {
				return fmt.Errorf("%s: written twice", full)
			}
			into[full] = v
		case map[string]any:
			if err := flatten(into, full, v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s: a text must be a string, not %T", full, value)
		}
	}
	return nil
}

func (c *Catalog) faults() []string {
	all := map[string]bool{}
	for _, texts := range c.texts {
		for key := range texts {
			all[key] = true
		}
	}
	var faults []string
	for key := range all {
		var want []string
		for i, l := range c.langs {
			text, ok := c.texts[l][key]
			got := names(text)
			switch {
			case !ok || strings.TrimSpace(text) == "":
				faults = append(faults, fmt.Sprintf("%s: no text in %s", key, l))
			case i == 0:
				want = got
			case want != nil && !slices.Equal(got, want):
				faults = append(faults, fmt.Sprintf("%s: %s has placeholders %v, %s has %v", key, l, got, c.langs[0], want))
			}
		}
	}
	sort.Strings(faults)
	return faults
}

// names lists a text's placeholders once each, sorted; never nil.
func names(text string) []string {
	found := append([]string{}, placeholder.FindAllString(text, -1)...)
	slices.Sort(found)
	return slices.Compact(found)
}

// Has reports whether the catalog has the key.
func (c *Catalog) Has(key string) bool {
	_, ok := c.texts[c.langs[0]][key]
	return ok
}

// Keys lists every key, sorted.
func (c *Catalog) Keys() []string {
	first := c.texts[c.langs[0]]
	keys := make([]string, 0, len(first))
	for key := range first {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// T returns the text of key in l with its placeholders filled from args,
// which are pairs of name and value: T(l, "left", "n", 3) fills {n}.
// An unknown key gives "⟦key⟧", which the template tests search for.
func (c *Catalog) T(l Lang, key string, args ...any) string {
	text, ok := c.texts[l][key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return fill(text, args, func(v any) string { return fmt.Sprint(v) })
}

// H is T for HTML: the text and the values are escaped, except values that
// already are template.HTML (such as what LTR returns).
func (c *Catalog) H(l Lang, key string, args ...any) template.HTML {
	text, ok := c.texts[l][key]
	if !ok {
		text = "⟦" + key + "⟧"
	}
	return template.HTML(fill(template.HTMLEscapeString(text), args, func(v any) string {
		if h, ok := v.(template.HTML); ok {
			return string(h)
		}
		return template.HTMLEscapeString(fmt.Sprint(v))
	}))
}

func fill(text string, args []any, write func(any) string) string {
	if len(args) < 2 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), write(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
