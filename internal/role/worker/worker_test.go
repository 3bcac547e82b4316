package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wasl/internal/base/blob"
	"wasl/internal/base/db"
	"wasl/internal/base/db/dbtest"
	"wasl/internal/crypt/ledger"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// office is an office with nothing published, the worker of a portal, and
// their keys.
func office(t *testing.T, portal http.Handler) (*Worker, *db.DB, *testKeys) {
	t.Helper()
	k := newKeys(t)
	key, err := k.signers[verify.RoleLedger].Note()
	if err != nil {
		t.Fatal(err)
	}
	store := dbtest.Open(t, dbtest.SQLite(t), casework.Migrations(), ledger.Migrations())
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	o, err := casework.Open(t.Context(), casework.Config{DB: store, Blobs: blobs, Keys: k.ring, Signer: k.signers[verify.RoleDocument], Root: k.root.Public(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	w, err := New(Config{Office: o, Portal: server.URL, Client: server.Client(), Ledger: key, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return w, store, k
}

// says answers each exchange path with a fixed status and body.
func says(answers map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.Path]
		if !ok {
			http.Error(w, "no", http.StatusNotFound)
			return
		}
		if status, rest, cut := strings.Cut(body, "!"); cut {
			var n int
			fmt.Sscan(status, &n)
			w.WriteHeader(n)
			body = rest
		}
		io.WriteString(w, body)
	})
}

// TestHostileAnswers holds the worker against a portal that says anything: an
// error of the round, never a crash, never a moved cursor.
func TestHostileAnswers(t *testing.T) {
	offer := func(seq int64) string {
		raw, err := json.Marshal([]intake.Offered{{Seq: seq, Envelope: "x", Body: []byte("junk")}})
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	tests := []struct{ name, offered, published string }{
		{"not JSON", "<html>", "[]"},
		{"another shape", `{"seq": 1}`, "[]"},
		{"a number out of order", offer(7), "[]"},
		{"a negative number", offer(-1), "[]"},
		{"the largest number", offer(1<<63 - 1), "[]"},
		{"an error", "500!secret of the portal", "[]"},
		{"a redirect to nowhere", "302!", "[]"},
		{"endless", "[" + strings.Repeat(" ", mostOffered+1), "[]"},
		{"published is not JSON", "[]", "nonsense"},
		{"published is endless", "[]", `["` + strings.Repeat("a", mostPublished) + `"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, _, _ := office(t, says(map[string]string{"/exchange/offered": tt.offered, "/exchange/published": tt.published}))
			did, err := w.Round(t.Context())
			if err == nil || did {
				t.Fatalf("Round = %v, %v; want an error", did, err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats what the portal said: %v", err)
			}
			if n, err := w.office.Progress(t.Context()); n != 0 || err != nil {
				t.Errorf("the cursor stands at %d, %v", n, err)
			}
		})
	}
}

// TestPartsDoNotWait sequences and counts while the portal is down.
func TestPartsDoNotWait(t *testing.T) {
	w, store, _ := office(t, says(nil))
	err := store.Update(t.Context(), func(tx *db.Tx) error {
		_, commitment, err := ledger.Commit(map[string]any{"act": "test"})
		if err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO leaf (id, at, kind, body, salt, envelope) VALUES ('a', 1, 'act', $1, $1, '')`, commitment)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	did, err := w.Round(t.Context())
	if !did || err == nil {
		t.Fatalf("Round = %v, %v; want work done and the portal's error", did, err)
	}
	lag, err := w.office.Lag(t.Context())
	if err != nil || lag.Leaves != 0 {
		t.Errorf("lag = %+v, %v", lag, err)
	}
	if err := w.Ready(t.Context()); err == nil {
		t.Error("ready without anything published")
	}
}

// TestSilentPortal waits once in a round for a portal that does not answer.
func TestSilentPortal(t *testing.T) {
	var calls atomic.Int32
	w, _, _ := office(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		calls.Add(1)
		panic(http.ErrAbortHandler)
	}))
	w.portal.client.Transport = &http.Transport{DisableKeepAlives: true} // or a lost connection is tried again
	if _, err := w.Round(t.Context()); !errors.Is(err, errSilent) || calls.Load() != 1 {
		t.Errorf("%d calls, %v; want one and the portal's silence", calls.Load(), err)
	}
}

// TestRunEnds shows that Run comes back when its context ends, portal or not.
func TestRunEnds(t *testing.T) {
	w, _, _ := office(t, says(nil))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Run goes on after its context ended")
	}
}

// TestPanicIsAnError keeps one broken part from stopping the others.
func TestPanicIsAnError(t *testing.T) {
	w, _, _ := office(t, says(nil))
	did, err := w.part(t.Context(), func(context.Context) (bool, error) { panic("Zineb lives in Fes") })
	if did || err == nil || strings.Contains(err.Error(), "Zineb") || !strings.Contains(err.Error(), "TestPanicIsAnError") {
		t.Errorf("part = %v, %v; want the place of the panic and not its words", did, err)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("a worker without an office was made")
	}
}
