package service

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"wasl"
)

// shippedCopy is the shipped services with law and authorities, to be changed.
func shippedCopy(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	err := fs.WalkDir(wasl.Content, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(name, "law/cases") {
			return err
		}
		raw, err := wasl.Content.ReadFile(name)
		fsys[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

// TestExampleLaw: an example's events run with the service's own terms, and a
// date that the engine does not give is a finding in its line.
func TestExampleLaw(t *testing.T) {
	const at = "services/public-space/examples/terrace.yaml"
	for _, c := range []struct{ was, wrong, said string }{
		{"", "", ""},
		{"due_on: 2026-04-13", "due_on: 2026-04-12", "`law.due_on` should be `2026-04-13`"},
		{"suspended_days: 11", "suspended_days: 12", "`law.suspended_days` should be `11`"},
		{"2026-03-20: running", "2026-03-20: suspended", "`law.states.2026-03-20` should be `running`"},
		{"half_last: 2026-03-28", "half_lst: 2026-03-28", "the law case cannot be read: expect has no key \"half_lst\""},
		{"do: grant", "do: grnt", "unknown act \"grnt\""},
		{"docs: [site_plan]", "docs: [plan]", "`plan` is no document of this service"},
		{"do: grant", "do: return", "`law.refused_events` should be"},
		{"at: '2026-04-07T10:00:00Z', do: grant", "at: '2026-04-07', do: withdraw", "`law.states.2026-04-07` should be `withdrawn`"},
	} {
		fsys := shippedCopy(t)
		text := strings.Replace(string(fsys[at].Data), c.was, c.wrong, 1)
		fsys[at] = &fstest.MapFile{Data: []byte(text)}
		var found []Finding
		for _, f := range Check(fsys) {
			if f.Rule == ruleExample.id {
				found = append(found, f)
			}
		}
		if c.said == "" {
			if len(found) > 0 {
				t.Errorf("the shipped example: %+v", found)
			}
			continue
		}
		if !containsFinding(found, at, c.said) {
			t.Errorf("%s: got %+v", c.wrong, found)
		}
		for _, f := range found {
			if line := strings.Split(text, "\n")[f.Line-1]; !strings.Contains(line, ":") || f.Line < 20 {
				t.Errorf("%s: line %d is %q", c.wrong, f.Line, line)
			}
		}
	}
}

func containsFinding(all []Finding, file, said string) bool {
	for _, f := range all {
		if f.File == file && strings.Contains(f.Message, said) {
			return true
		}
	}
	return false
}

// TestExampleLawAlone: dates without events are refused.
func TestExampleLawAlone(t *testing.T) {
	const at = "services/public-space/examples/kiosk.yaml"
	fsys := shippedCopy(t)
	fsys[at] = &fstest.MapFile{Data: append(append([]byte{}, fsys[at].Data...), "\nlaw: {due_on: 2026-04-13}\n"...)}
	if found := Check(fsys); !containsFinding(found, at, "`law` needs `events`") {
		t.Errorf("got %+v", found)
	}
}
