package kill

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"wasl/internal/crypt/ledger"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// tally holds everything that was acknowledged against what there is, first
// through the API, then in the stores themselves. It gives the faults.
func (t *trial) tally() []string {
	t.t.Helper()
	t.settle()
	for _, f := range t.filings {
		t.follow(f)
	}
	for _, f := range t.filings {
		if f.key != "" {
			t.sendAgain(f)
		}
	}
	if err := t.demo.Stop(); err != nil {
		t.fault("the demo did not end well: %v", err)
	}
	public, office := open(t.t, t.demo.Stores[0]), open(t.t, t.demo.Stores[1])
	t.tallyPublic(public)
	t.tallyOffice(office)
	t.tallyFiles(public)
	t.tallyLedger(public, office)
	return t.wrong
}

// settle waits until the office has what the portal has and has told it so.
func (t *trial) settle() {
	public, office := open(t.t, t.demo.Stores[0]), open(t.t, t.demo.Stores[1])
	limit := time.Now().Add(answerWithin)
	for {
		behind := public.number(`SELECT count(*) FROM submission`) - office.number(`SELECT count(*) FROM envelope WHERE kind IN ('filing', 'answer')`)
		waiting := office.number(`SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM leaf WHERE position IS NULL)`)
		unproved := public.number(`SELECT count(*) FROM submission s LEFT JOIN inclusion i ON i.envelope = s.envelope WHERE i.envelope IS NULL`)
		if behind == 0 && waiting == 0 && unproved == 0 {
			return
		}
		if time.Now().After(limit) {
			t.fault("the two sides never agreed: %d envelopes not taken, %d rows not told, %d without proof", behind, waiting, unproved)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// follow asks for an acknowledged filing as its owner.
func (t *trial) follow(f *filing) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.demo.Portal+"/api/v1/submissions/"+f.Reference, nil)
	if err != nil {
		t.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+f.Code)
	status, body, err := t.do(req)
	if err != nil || status != http.StatusOK {
		t.fault("lost: %s was acknowledged and is not there: status %d, %v", f.Reference, status, err)
		return
	}
	var got struct {
		Reference, Receipt string
		Included           bool `json:"in_ledger"`
		Timeline           []struct {
			Kind     string
			Received bool
		}
	}
	if err := json.Unmarshal(body, &got); err != nil || got.Reference != f.Reference {
		t.fault("%s: the timeline does not read: %v", f.Reference, err)
		return
	}
	if len(got.Timeline) == 0 || got.Timeline[0].Kind != "deposited" || !got.Timeline[0].Received || !got.Included {
		t.fault("%s: the timeline begins with %+v, in the ledger: %v", f.Reference, got.Timeline, got.Included)
	}
	t.checkReceipt(f, []byte(got.Receipt))
}

// checkReceipt wants the receipt given first, now with its proof.
func (t *trial) checkReceipt(f *filing, proved []byte) {
	trust := t.demo.Trust(t.t)
	report := verify.File(proved, trust, time.Now(), verify.Options{RequireLedger: true})
	if !report.Valid || report.Receipt == nil || report.Receipt.Facts.Reference != f.Reference {
		t.fault("%s: the receipt with its proof: %s %s", f.Reference, report.Code, report.Sentence)
		return
	}
	first, err := verify.ParseReceipt([]byte(f.Receipt), trust, time.Now())
	if err != nil || first.Facts.Envelope != report.Receipt.Facts.Envelope || first.Facts.DepositedAt != report.Receipt.Facts.DepositedAt {
		t.fault("%s: the receipt given first is of another deposit: %v", f.Reference, err)
	}
	if c := report.Receipt.Facts.Checkpoint; c != "" {
		t.seen = append(t.seen, []byte(c))
	}
}

// references are the acknowledged ones, with what the agent did for each.
func (t *trial) references() (all []string, did map[string]*handled) {
	did = map[string]*handled{}
	for _, f := range t.filings {
		all = append(all, f.Reference)
	}
	for _, h := range t.handled {
		did[h.Reference] = h
	}
	slices.Sort(all)
	return all, did
}

// once wants exactly the listed texts, each once.
func (t *trial) once(what string, got map[string]int, want []string) {
	for _, w := range want {
		if got[w] != 1 {
			t.fault("%s: %s stands there %d times instead of once", what, w, got[w])
		}
		delete(got, w)
	}
	for extra, n := range got {
		t.fault("%s: %s stands there %d times and was acknowledged to nobody", what, extra, n)
	}
}

// steps lists the references whose case a step was acknowledged for.
func (t *trial) steps(step func(*handled) bool) (list []string) {
	for _, h := range t.handled {
		if step(h) {
			list = append(list, h.Reference)
		}
	}
	return list
}

func asked(h *handled) bool    { return h.asked }
func answered(h *handled) bool { return h.answered }
func granted(h *handled) bool  { return h.granted }

func (t *trial) tallyPublic(public store) {
	all, _ := t.references()
	t.once("filings at the portal", public.counted("reference", "submission WHERE kind = 'filing'"), all)
	t.once("answers at the portal", public.counted("reference", "submission WHERE kind = 'answer'"), t.steps(answered))
	keys := 0
	for _, f := range t.filings {
		if f.key != "" {
			keys++
		}
	}
	if n := public.number(`SELECT count(*) FROM idempotency`); n != int64(keys) {
		t.fault("%d keys were acknowledged, the portal knows %d", keys, n)
	}
	for kind, step := range map[string]func(*handled) bool{"request": asked, "decision": granted, "document": granted} {
		t.once("letters of kind "+kind+" at the portal", public.counted("reference", "message WHERE kind = '"+kind+"'"), t.steps(step))
	}
}

func (t *trial) tallyOffice(office store) {
	all, _ := t.references()
	t.once("cases", office.counted("reference", "casefile"), all)
	t.once("filing envelopes at the office", office.counted("reference", "envelope WHERE kind = 'filing'"), all)
	for kind, list := range map[string][]string{"filed": all, "request-information": t.steps(asked), "answered": t.steps(answered), "granted": t.steps(granted)} {
		t.once("actions of kind "+kind, office.counted("reference", "action WHERE kind = '"+kind+"'"), list)
	}
	t.once("documents", office.counted("reference", "document"), t.steps(granted))
	if n := office.number(`SELECT count(*) FROM quarantine`); n != 0 {
		t.fault("%d envelopes are in quarantine", n)
	}
}

// tallyFiles wants every sealed file of every envelope on both sides, whole,
// and not among what the sweep may remove.
func (t *trial) tallyFiles(public store) {
	loose := public.counted("name", "loose_blob")
	files := 0
	public.each(`SELECT reference, body FROM submission`, 2, func(c []string) {
		env, err := seal.Unmarshal([]byte(c[1]))
		if err != nil {
			t.fault("%s: its envelope does not read: %v", c[0], err)
			return
		}
		h, err := env.ParseHeader()
		if err != nil {
			t.fault("%s: its header does not read: %v", c[0], err)
			return
		}
		for _, f := range h.Files {
			files++
			name := intake.BlobName(h.ID, f.ID)
			if loose[name] > 0 {
				t.fault("%s: its file %s may be swept away", c[0], name)
			}
			for _, side := range []string{"public", "office"} {
				if digest, err := digestOf(filepath.Join(t.demo.Dir, side, "blobs", name)); err != nil || !bytes.Equal(digest, f.Digest) {
					t.fault("%s: its file is missing or changed at %s: %s, %v", c[0], side, hex.EncodeToString(digest), err)
				}
			}
		}
	})
	t.t.Logf("%d sealed files compared", files)
}

func digestOf(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, err
	}
	return sum.Sum(nil), nil
}

// tallyLedger audits the published log and wants every checkpoint that was
// ever seen to be a state it went through.
func (t *trial) tallyLedger(public, office store) {
	var files []ledger.File
	public.each(`SELECT path, body FROM ledger_file`, 2, func(c []string) { files = append(files, ledger.File{Path: c[0], Body: []byte(c[1])}) })
	trust := t.demo.Trust(t.t)
	size, err := audit(files, trust)
	if err != nil {
		t.fault("the published ledger: %v", err)
		return
	}
	leaves := office.number(`SELECT count(*) FROM leaf`)
	if last := office.number(`SELECT max(position) + 1 FROM leaf`); last != leaves || size != leaves {
		t.fault("the office has %d leaves, up to position %d; the ledger has %d", leaves, last, size)
	}
	if n := office.number(`SELECT count(*) FROM (SELECT envelope FROM leaf WHERE envelope <> '' GROUP BY envelope HAVING count(*) > 1) AS twice`); n != 0 {
		t.fault("%d receipts have more than one leaf", n)
	}
	hashes, err := history(files, size)
	if err != nil {
		t.fault("the published ledger: %v", err)
		return
	}
	sizes := map[int64]bool{}
	for _, raw := range t.seen {
		c, err := verify.ParseCheckpoint(raw, trust, time.Now())
		if err != nil || c.Size > size || c.Hash != hashes[c.Size] {
			t.fault("a checkpoint seen on the way is no state of the ledger: %v", err)
			continue
		}
		sizes[c.Size] = true
	}
	t.t.Logf("ledger of %d leaves, consistent with %d states seen on the way", size, len(sizes))
}
