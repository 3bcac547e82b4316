package lawcase

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/base/yaml"
	"wasl/internal/domain/clock"
)

// Keys of expect that are no date of the clock.
const (
	keyMention   = "mention"
	keySuspended = "suspended_days"
	keyMeans     = "silence_means"
	keyStates    = "states"
	keyTries     = "tries"
	keyRefused   = "refused_events"
	keyWindows   = "correction_windows_last"
)

// dateNames are the keys of expect that are dates of a clock.
var dateNames = func() []string {
	var names []string
	for _, d := range new(clock.Clock).Dates() {
		names = append(names, d.Name)
	}
	return names
}()

// expect reads what a case expects; only tells that it is an alternative's.
func (r *reader) expect(n *yaml.Node, only bool) *Expect {
	e := &Expect{Line: n.Line, only: only}
	if n.Kind == yaml.Nothing {
		return e
	}
	if !r.keys(n, "expect", append([]string{keyMention, keySuspended, keyMeans, keyStates, keyTries, keyRefused, keyWindows}, dateNames...)...) {
		return e
	}
	for _, entry := range n.Keys {
		k := key{name: entry.Key, line: entry.Line}
		switch entry.Key {
		case keyStates:
			k.states = r.states(entry.Value)
		case keyTries:
			k.rulings = r.verdicts(entry.Value, keyTries)
		case keyRefused:
			e.refused, e.told = r.verdicts(entry.Value, keyRefused), true
			continue
		case keyWindows:
			k.windows = r.windows(entry.Value)
		case keySuspended:
			k.text = strconv.Itoa(r.number(entry.Value, entry.Key))
		case keyMention, keyMeans:
			k.text = none(r.text(entry.Value, entry.Key))
		default:
			if none(r.text(entry.Value, entry.Key)) != "" {
				k.text = r.date(entry.Value, entry.Key).String()
			}
		}
		e.keys = append(e.keys, k)
	}
	return e
}

// none reads the words that stand for no value.
func none(text string) string {
	if text == "none" || text == "-" {
		return ""
	}
	return text
}

func (r *reader) states(n *yaml.Node) []stateOn {
	if n.Kind == yaml.Nothing {
		return nil
	}
	if n.Kind != yaml.Table || len(n.Keys) > mostEvents {
		r.fail(n.Line, "states must be {date: state}, %d at most", mostEvents)
		return nil
	}
	var out []stateOn
	for _, e := range n.Keys {
		day := r.date(&yaml.Node{Line: e.Line, Kind: yaml.Text, Text: e.Key}, keyStates)
		out = append(out, stateOn{day, r.text(e.Value, keyStates)})
	}
	return out
}

// verdicts reads [[action, date, article]] of refused events, and
// [[action, date, allowed|refused, article]] of tries.
func (r *reader) verdicts(n *yaml.Node, name string) []Verdict {
	var out []Verdict
	for _, item := range r.list(n, name, mostEvents) {
		v := Verdict{Refused: true}
		if item.Kind != yaml.List || len(item.Items) < 2 {
			r.fail(item.Line, "%s holds lists of an action, a date and more", name)
			continue
		}
		v.Do, v.On = r.text(item.Items[0], name), r.date(item.Items[1], name)
		var parts []string
		for _, part := range item.Items[2:] {
			parts = append(parts, strings.Join(r.texts(part, name), ", "))
		}
		if len(parts) > 0 && (parts[0] == "allowed" || parts[0] == "refused") {
			v.Refused = parts[0] == "refused"
			parts = parts[1:]
		} else if name == keyTries {
			r.fail(item.Line, "a try is allowed or refused")
			continue
		}
		if len(parts) > 0 {
			v.Article, parts = parts[0], parts[1:]
		}
		if len(parts) > 0 {
			r.fail(item.Line, "%q is one too many", parts[0])
		}
		if !clock.Known(v.Do) {
			r.fail(item.Line, "unknown act %q", v.Do)
		}
		out = append(out, v)
	}
	return out
}

func (r *reader) windows(n *yaml.Node) (w windows) {
	switch n.Kind {
	case yaml.Table:
		w.byDoc = map[string]clock.Date{}
		for _, e := range n.Keys {
			w.byDoc[e.Key] = r.date(e.Value, keyWindows)
		}
	case yaml.List:
		for _, item := range r.list(n, keyWindows, mostEvents) {
			w.list = append(w.list, r.date(item, keyWindows))
		}
	case yaml.Nothing:
	default:
		if none(n.Text) != "" {
			w.one, w.list = true, []clock.Date{r.date(n, keyWindows)}
		}
	}
	return w
}

// matches tells whether a ruling is the one expected: an article matches any of
// those it rests on, a bare number every paragraph of it. Where a case names
// several, one of them is enough.
func (v Verdict) matches(r clock.Ruling) bool {
	if v.Do != r.Do || v.On != r.On || v.Refused == r.OK {
		return false
	}
	if r.OK || v.Article == "" || v.Article == r.Why {
		return true
	}
	return slices.ContainsFunc(named(v.Article), func(want string) bool {
		return slices.ContainsFunc(r.Articles, func(have string) bool {
			return have == want || strings.HasPrefix(have, want+"(")
		})
	})
}

// named splits "10, 4(8)" and takes "55-19 art. 10" for "10".
func named(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;+/", r) })
	for i, part := range parts {
		if _, after, ok := strings.Cut(part, "art."); ok {
			part = after
		}
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}

// got shows a ruling as a case writes it.
func got(r clock.Ruling) string {
	v := Verdict{Do: r.Do, On: r.On, Refused: !r.OK}
	if !r.OK {
		v.Article = strings.Join(r.Articles, "+")
		if r.Why == "closed" {
			v.Article = r.Why
		}
	}
	return v.String()
}

// unlike compares two lists of refusals without their order: true where one
// has what the other lacks.
func unlike(want []Verdict, have []clock.Ruling) bool {
	if len(want) != len(have) {
		return true
	}
	left := slices.Clone(have)
	want = slices.Clone(want)
	slices.SortStableFunc(want, func(a, b Verdict) int { return cmp.Compare(len(b.Article), len(a.Article)) }) // the narrowest first
	for _, v := range want {
		at := slices.IndexFunc(left, v.matches)
		if at < 0 {
			return true
		}
		left = slices.Delete(left, at, at+1)
	}
	return false
}
