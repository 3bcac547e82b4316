package office

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"wasl/internal/base/db"
	"wasl/internal/base/page"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
)

// TestSizes holds the back office's budget: CSS of 8 KB at most, a queue of a
// hundred rows of 25 KB at most with brotli.
func TestSizes(t *testing.T) {
	if n := len(page.Minify(styleSource)); n > 8<<10 {
		t.Errorf("the style sheet has %d bytes, 8 KB at the most", n)
	}
	w := newWorld(t)
	w.fill(listed + 1)
	for _, l := range []string{"ar", "fr", "zgh", "en"} {
		_, queue := w.signIn(amina, l)
		if n := strings.Count(string(queue.Body), "<tr>"); n != listed+1 {
			t.Errorf("%s: %d rows, want %d and the head", l, n-1, listed)
		}
		var small bytes.Buffer
		b := brotli.NewWriterLevel(&small, 5)
		b.Write(queue.Body)
		b.Close()
		if small.Len() > 25<<10 {
			t.Errorf("%s: a hundred rows take %d bytes", l, small.Len())
		}
		t.Logf("%s: a hundred rows take %d bytes, %d compressed", l, len(queue.Body), small.Len())
	}
}

// fill puts cases straight into the office's store: what the queue lists.
func (w *world) fill(n int) (references []string) {
	w.t.Helper()
	first := w.file("bill", nil).Reference
	w.must(w.store.Update(w.t.Context(), func(tx *db.Tx) error {
		for i := range n - 1 {
			ref := string(intake.NewReference())
			references = append(references, ref)
			due := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%400).Format(time.DateOnly)
			state, turn := casework.StateReview, casework.TurnOffice
			if i%3 == 0 {
				state, turn, due = casework.StateWaiting, casework.TurnApplicant, ""
			}
			if _, err := tx.Exec(`INSERT INTO casefile SELECT $1, authority, unit, service, version, profile, filing, $2, signer, last, filed_at, late, $3, $4, $5, $6, '', open, actions, accesses FROM casefile WHERE reference = $7`,
				ref, "locator/"+ref, state, turn, due, fmt.Sprintf("2026-%02d-%02d", 1+i%12, 1+i%28), first); err != nil {
				return err
			}
		}
		return nil
	}))
	return append(references, first)
}

var nextPage = regexp.MustCompile(`href="([^"]+)" rel="next"`)

// TestLongQueue turns the pages of ten thousand cases: every case once, and no
// page slower than the first.
func TestLongQueue(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand cases")
	}
	w := newWorld(t)
	left := map[string]bool{}
	for _, ref := range w.fill(10_000) {
		left[ref] = true
	}
	b, queue := w.signIn(amina, "fr")
	var slowest time.Duration
	pages := 0
	for {
		pages++
		for _, part := range strings.Split(string(queue.Body), `href="/fr/cases/`)[1:] {
			ref, _, _ := strings.Cut(part, `"`)
			if !left[ref] {
				t.Fatalf("page %d lists %s again", pages, ref)
			}
			delete(left, ref)
		}
		next := nextPage.FindSubmatch(queue.Body)
		if next == nil {
			break
		}
		start := time.Now()
		queue = b.Get(w.base + html.UnescapeString(string(next[1])))
		slowest = max(slowest, time.Since(start))
	}
	if len(left) > 0 || pages != 100 {
		t.Errorf("%d pages, %d cases not listed", pages, len(left))
	}
	if slowest > 500*time.Millisecond {
		t.Errorf("the slowest page took %s", slowest)
	}
	t.Logf("%d pages, the slowest in %s", pages, slowest)
	if again := b.Get(w.base + "/fr/?after=" + url.QueryEscape("!")); again.URL.RawQuery != "" {
		t.Errorf("a broken cursor leads to %s", again.URL)
	}
}
