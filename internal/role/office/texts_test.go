package office

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wasl/internal/base/web"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
)

var (
	inTemplate = regexp.MustCompile(`\[\[([a-z0-9.-]+)\]\]|\{\{t "([a-z0-9.-]+)"`)
	inGo       = regexp.MustCompile(`texts\.(?:T|Has)\((?:[^,()"]+, )?"([a-zA-Z0-9.-]+)"`)
	kindOfErr  = regexp.MustCompile(`errs\.New\(errs\.\w+, "([a-z.-]+)"`)
)

// read gives the text of every file that matches.
func read(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no file %s, %v", pattern, err)
	}
	var all strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

// composed are the keys that the program puts together, by what they begin with.
func composed(t *testing.T) []string {
	var keys []string
	add := func(prefix string, ends ...string) {
		for _, e := range ends {
			keys = append(keys, prefix+e)
		}
	}
	for _, state := range casework.States {
		if texts.Has("state." + state) { // the others are the clock's, in words of its own
			add("state.", state)
		}
	}
	add("act.", casework.ActSilence, casework.ActTimesSeen, casework.ActInquiry, casework.ActAttested, casework.ActClosed, casework.ActWarned,
		casework.ActEscalated, casework.ActReturnDue, casework.ActLaw)
	add("purpose.", casework.Purposes...)
	add("purpose.", "index", casework.ActSilence, "other")
	add("clock.", "running", "stopped-for", "then.consent", "then.appeal", "incomplete", "suspended", "window", "return-due", "silent", "may-appeal", "consent", "hand-over",
		"refused", "granted", "returned", "withdrawn", "no-clock")
	add("detail.", "days", "due", "effect", "answer", "refused")
	add("notice.", casework.NoticeWarned, casework.NoticeEscalated, casework.NoticeSilence, casework.NoticeReturnDue, casework.NoticeLaw)
	add("calendar.wrong.", "name", "day", "state")
	add("day.", dayStates...)
	add("date.", "day", "month", "year")
	add("gap.", "missing", "short", "apart")
	add("holiday.", append(clock.HolidayNames(), otherHoliday)...)
	for _, f := range forms {
		add(f.name+".", "title", "do")
		add("done.", f.name)
		if texts.Has(f.name + ".hint") {
			add(f.name+".", "hint")
		}
		for _, c := range f.controls {
			add(f.name+".", c.name)
		}
	}
	add("extend.", "sure")
	add("appeal.outcome.", outcomes...)
	add("why.", "late-deposit", "not-over")
	add("refused.", "form.days", "form.day", "law.holidays", "law.same", "law.reason", "law.preview")
	add("field.", casework.ByReference, casework.ByNumber, casework.ByPhone, casework.ByName)
	add("done.", "opened", "asked", "granted", "refused", "noted", "seen")
	add("signin.", "wrong")
	add("fail.", web.Keys()...)
	add("fail.", "case.unknown", "case.notopen", "notfound", "refused")
	rules := read(t, "../../domain/casework/*.go")
	for _, m := range kindOfErr.FindAllStringSubmatch(rules+read(t, "*.go"), -1) {
		group, _, _ := strings.Cut(m[1], ".")
		if slices.Contains([]string{"act", "open", "request", "decide"}, group) || m[1] == "case.notopen" {
			add("refused.", m[1])
		}
	}
	return keys
}

// TestTexts shows that every text which is asked for is there, and that every
// text which is there is asked for.
func TestTexts(t *testing.T) {
	used := map[string]bool{}
	for _, key := range composed(t) {
		used[key] = true
	}
	for _, m := range inTemplate.FindAllStringSubmatch(read(t, "templates/*.tmpl"), -1) {
		used[m[1]+m[2]] = true
	}
	for _, m := range inGo.FindAllStringSubmatch(read(t, "*.go"), -1) {
		used[m[1]] = true
	}
	for key := range used {
		if key != "style" && !strings.HasSuffix(key, ".") && !texts.Has(key) {
			t.Errorf("%s is asked for and not there", key)
		}
	}
	for _, key := range texts.Keys() {
		if !used[key] {
			t.Errorf("%s is there and never asked for", key)
		}
	}
	if len(used) < 150 {
		t.Errorf("only %d texts are used: the search for them is broken", len(used))
	}
}

// TestAmazighIsMarked keeps the note that a native reader is still to come.
func TestAmazighIsMarked(t *testing.T) {
	raw, err := fs.ReadFile(files, "texts/zgh.yaml")
	if err != nil || !strings.HasPrefix(string(raw), "# Amazigh draft: a native reader must review every text of this file before real use.\n") {
		t.Errorf("the file begins with %.60q, %v", raw, err)
	}
}
