package office

import (
	"net/url"
	"slices"
	"strings"
)

// controls are what an agent types in each form of a case; act is the id that
// makes the same form, sent twice, one act.
var controls = map[string][]string{
	"note":    {"act", "note"},
	"request": {"act", "kind", "pieces", "text"},
	"decide":  {"act", "outcome", "reasons", "words"},
}

// wordsIn are the free texts among them.
var wordsIn = map[string]string{"note": "note", "request": "text", "decide": "words"}

func init() { // the forms that one template draws name their own
	for i := range forms {
		controls[forms[i].name], wordsIn[forms[i].name] = forms[i].posted(), forms[i].words()
	}
}

// typed is what an agent posted in one form of a case. A refused form shows it
// again; pages to sign in and to open the case carry it on in hidden controls,
// so that it rests nowhere on our side.
type typed struct {
	Form   string // "" nothing
	values url.Values
}

func typedIn(form string, posted url.Values) typed { return typedAs(form, "", posted) }

// kept are the names of carried controls.
const kept = "_kept."

// keptIn is what a page to sign in or to open carried on.
func keptIn(posted url.Values) typed { return typedAs(posted.Get(kept+"form"), kept, posted) }

func typedAs(form, prefix string, posted url.Values) typed {
	if controls[form] == nil {
		return typed{}
	}
	t := typed{Form: form, values: url.Values{}}
	for _, name := range controls[form] {
		for _, v := range posted[prefix+name] {
			t.values.Add(name, strings.ReplaceAll(v, "\r\n", "\n"))
		}
	}
	return t
}

// Get is the value of a control as posted, "" where nothing was typed.
func (t typed) Get(name string) string { return t.values.Get(name) }

// Show is Get for a page: broken characters are marked.
func (t typed) Show(name string) string { return text(t.values.Get(name)) }

func text(posted string) string { return strings.ToValidUTF8(posted, "\ufffd") }

// List is every value of a control.
func (t typed) List(name string) []string { return t.values[name] }

// Has tells whether an option was chosen.
func (t typed) Has(name, value string) bool { return slices.Contains(t.values[name], value) }

// Words is the free text.
func (t typed) Words() string { return t.Show(wordsIn[t.Form]) }

// hidden is one hidden control.
type hidden struct{ Name, Value string }

// Hidden carries it on to the next page.
func (t typed) Hidden() []hidden {
	if t.Form == "" {
		return nil
	}
	all := []hidden{{kept + "form", t.Form}}
	for _, name := range controls[t.Form] {
		for _, v := range t.values[name] {
			all = append(all, hidden{kept + name, text(v)})
		}
	}
	return all
}
