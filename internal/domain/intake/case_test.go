package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
)

// filedCase files an example and opens its case.
func filedCase(t testing.TB, d *Desk, example string) (*Case, string) {
	t.Helper()
	dr, cookie := filled(t, d, example)
	ref, err := d.File(context.Background(), dr, i18n.FR)
	if err != nil {
		t.Fatal(err)
	}
	return caseOf(t, d, cookie, ref), cookie
}

func caseOf(t testing.TB, d *Desk, cookie, ref string) *Case {
	t.Helper()
	c, err := d.Case(context.Background(), visitOf(t, d, cookie), ref)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCaseRereadsWhatWasFiled(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, _ := filedCase(t, d, "bill")
		if c.State != StateDeposited || !c.Open || c.Request != nil || c.Gap || c.Included || c.Token == "" {
			t.Errorf("a fresh case: %+v", c)
		}
		if len(c.Timeline) != 1 || c.Timeline[0].Kind != "deposited" || c.Timeline[0].Received {
			t.Errorf("timeline %+v", c.Timeline)
		}
		shown := c.Shown(i18n.FR)
		if len(shown) == 0 || shown[0].Answers[0].Values[1].Text != "Salma El Mithali" {
			t.Errorf("shown %+v", shown)
		}
		files := c.Files()
		if len(files) != 1 || files[0].Name != "facture-eau.pdf" {
			t.Fatalf("files %+v", files)
		}
		_, rc, err := d.OpenFiled(context.Background(), c, files[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		defer rc.Close()
		if got, err := io.ReadAll(rc); err != nil || !bytes.HasPrefix(got, []byte("%PDF-")) || int64(len(got)) != files[0].Size {
			t.Errorf("reread %d bytes, %v", len(got), err)
		}
	})
}

func TestStrangerIsAWrongReference(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "bill")
		other, otherCookie := filedCase(t, d, "bill")
		wrongCode := seal.NewCode().String()
		wrongRef := string(NewReference())
		for name, pair := range map[string][2]string{
			"another's code": {c.Reference, other.Code}, "no such code": {c.Reference, wrongCode}, "no code": {c.Reference, ""},
			"no such reference": {wrongRef, c.Code}, "nothing": {"", ""}, "a typo": {c.Reference[:10] + "!", c.Code},
		} {
			_, err := d.CaseByCode(ctx, pair[0], pair[1])
			cookie, err2 := d.Track(ctx, nil, pair[0], pair[1])
			if !errors.Is(err, err2) && err.Error() != err2.Error() || errs.KindOf(err) != errs.NotFound || err.Error() != strangerToCase().Error() || cookie != "" {
				t.Errorf("%s: %v and %v", name, err, err2)
			}
		}
		for _, ref := range []string{c.Reference, wrongRef, "nonsense"} {
			if _, err := d.Case(ctx, visitOf(t, d, otherCookie), ref); err == nil || err.Error() != strangerToCase().Error() {
				t.Errorf("another's cookie, %s: %v", ref, err)
			}
		}
		if _, err := d.Case(ctx, nil, c.Reference); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no cookie: %v", err)
		}
		if by, err := d.CaseByCode(ctx, " "+c.Reference[:4]+"-"+c.Reference[4:], c.Code); err != nil || by.Reference != c.Reference {
			t.Errorf("the right pair: %v", err)
		}
		tracked, err := d.Track(ctx, nil, c.Reference, c.Code)
		if err != nil || tracked == "" || tracked == cookie {
			t.Fatalf("Track: %q, %v", tracked, err)
		}
		caseOf(t, d, tracked, c.Reference)
	})
}

// A stranger and a wrong reference cost the same: each is one derivation and
// one look-up. What is measured is that neither is twice the other.
func TestStrangerCostsAsMuchAsAWrongReference(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, _ := filedCase(t, d, "bill")
		code, ref := seal.NewCode().String(), string(NewReference())
		pairs := [][2]string{{c.Reference, code}, {ref, c.Code}, {ref, code}, {"nonsense", code}, {ref, "nonsense"}}
		all := make([][]time.Duration, len(pairs))
		for range 300 { // in turn, so that a busy machine slows all of them
			for i, p := range pairs {
				start := time.Now()
				_, err := d.CaseByCode(context.Background(), p[0], p[1])
				if all[i] = append(all[i], time.Since(start)); errs.KindOf(err) != errs.NotFound {
					t.Fatal(err)
				}
			}
		}
		times := make([]time.Duration, len(pairs))
		for i := range all {
			slices.Sort(all[i])
			times[i] = all[i][len(all[i])/2]
		}
		if low, high := slices.Min(times), slices.Max(times); high > 2*low {
			t.Errorf("medians %v", times)
		}
	})
}

// letter pushes a signed letter of the office.
func letter(t *testing.T, d *Desk, c *Case, l Letter) {
	t.Helper()
	l.Reference, l.At = c.Reference, time.Now().UTC().Format(time.RFC3339)
	m, err := SealMessage(c.keys.Reply, c.Reference, l.Kind, l.ID, time.Now(), signedLetter(t, d, l))
	if err != nil {
		t.Fatal(err)
	}
	push(t, d, Push{Messages: []SealedMessage{m}})
}

func push(t *testing.T, d *Desk, p Push) {
	t.Helper()
	if err := d.Take(context.Background(), p); err != nil {
		t.Fatal(err)
	}
}

func fact(t *testing.T, d *Desk, c *Case, id, kind, state string) {
	t.Helper()
	push(t, d, Push{Facts: []Fact{{ID: "fact/" + id, Reference: c.Reference, At: time.Now(), Kind: kind, Data: map[string]string{"state": state, "due_on": "2027-01-05", "suspended_days": "3"}}}})
}

func TestAnswer(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "bill")
		if err := d.Answer(ctx, c, "nobody asked"); errs.KindOf(err) != errs.Conflict {
			t.Errorf("an answer to nothing: %v", err)
		}
		fact(t, d, c, c.filing.envelope, "filed", "under-review")
		letter(t, d, c, Letter{ID: "r1", Kind: MessageRequest, Language: "fr", Text: "La facture est illisible.", Request: "replacement", Questions: []string{"proof_file"}, WindowLast: "2027-02-01"})
		fact(t, d, c, "r1", "request-replacement", "waiting")

		c = caseOf(t, d, cookie, c.Reference)
		if c.State != "waiting" || c.Clock.State != clock.Suspended || c.Request == nil || c.Request.Text != "La facture est illisible." || !c.Timeline[0].Received || len(c.Timeline) != 2 {
			t.Fatalf("state %s, request %+v, timeline %+v", c.State, c.Request, c.Timeline)
		}
		var e *errs.Error
		if err := d.Answer(ctx, c, "Voilà"); !errors.As(err, &e) || e.Key != "answer.missing" {
			t.Errorf("an answer without the piece: %v", err)
		}
		if _, err := d.AddAnswerFile(ctx, c, "host_letter", "x.pdf", reader(pdf)); !errors.As(err, &e) || e.Key != "file.question" {
			t.Errorf("a piece nobody asked for: %v", err)
		}
		if _, err := d.AddAnswerFile(ctx, c, "proof_file", "facture.pdf", reader(pdf)); err != nil {
			t.Fatal(err)
		}
		if again := caseOf(t, d, cookie, c.Reference); len(again.Pending) != 1 || again.Pending[0].Name != "facture.pdf" {
			t.Errorf("kept for the answer: %+v", again.Pending)
		}
		var wg sync.WaitGroup
		for range 10 {
			mine := caseOf(t, d, cookie, c.Reference)
			wg.Go(func() {
				if err := d.Answer(ctx, mine, "Voilà"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d, "submission"); n != 2 {
			t.Errorf("%d envelopes stored, want 2", n)
		}
		c = caseOf(t, d, cookie, c.Reference)
		if c.Request != nil || c.last.kind != KindAnswer || count(t, d, "loose_blob") != 0 || count(t, d, "draft") != 0 {
			t.Errorf("after the answer: request %+v, last %s", c.Request, c.last.kind)
		}
		if err := d.Answer(ctx, c, "again"); err != nil {
			t.Errorf("answering again: %v", err)
		}
		checkChain(t, d, c)
	})
}

// checkChain checks what the office will: each envelope names the one before,
// is signed by the same applicant, and its deposit record names it.
func checkChain(t *testing.T, d *Desk, c *Case) {
	t.Helper()
	offered, err := d.Offer(context.Background(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	previous, signer := "", []byte(nil)
	for _, o := range offered {
		env, err := seal.Unmarshal(o.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := env.Verify(); err != nil {
			t.Error(err)
		}
		h, err := env.ParseHeader()
		if err != nil {
			t.Fatal(err)
		}
		if h.Previous != previous || signer != nil && !bytes.Equal(signer, h.Signer) || o.Reference != c.Reference || h.ID != o.Envelope {
			t.Errorf("envelope %d (%s) is not chained", o.Seq, o.Kind)
		}
		dep := checkDeposit(t, d, o.Deposit)
		if dep.Envelope != hexDigest(env.Digest) || dep.Reference != c.Reference {
			t.Errorf("the deposit record of envelope %d is of another", o.Seq)
		}
		previous, signer = hexDigest(env.Digest), h.Signer
	}
}

func TestMissingPieceCompletesTheFile(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "later")
		if c.State != StateIncomplete || c.Request == nil || c.Request.Kind != Missing || !slices.Equal(c.Request.Questions, []string{"proof_file"}) || c.WindowLast == "" || c.DueOn != "" {
			t.Fatalf("state %s, request %+v, window %q, due %q", c.State, c.Request, c.WindowLast, c.DueOn)
		}
		if _, err := d.AddAnswerFile(ctx, c, "proof_file", "titre.pdf", reader(pdf)); err != nil {
			t.Fatal(err)
		}
		if err := d.Answer(ctx, c, ""); err != nil {
			t.Fatal(err)
		}
		c = caseOf(t, d, cookie, c.Reference)
		if c.Request != nil || c.Completion == nil || c.Completion.Mention != "deposited" || len(c.Completion.Missing) != 0 || c.Completion.DueOn == "" {
			t.Errorf("after the piece: request %+v, second receipt %+v", c.Request, c.Completion)
		}
		checkChain(t, d, c)
	})
}

func TestWithdrawAndAnswerAtOnce(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "bill")
		letter(t, d, c, Letter{ID: "r1", Kind: MessageRequest, Language: "fr", Text: "Précisez.", Request: "information"})
		var wg sync.WaitGroup
		for i := range 6 {
			mine := caseOf(t, d, cookie, c.Reference)
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					err = d.Withdraw(ctx, mine)
				} else {
					err = d.Answer(ctx, mine, "Précision")
				}
				if err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c = caseOf(t, d, cookie, c.Reference)
		if c.Open {
			t.Error("a withdrawn case is still open")
		}
		checkChain(t, d, c)
		if err := d.Withdraw(ctx, c); err != nil {
			t.Errorf("withdrawing again: %v", err)
		}
	})
}

func TestDecisionAndDocument(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		ctx := context.Background()
		c, cookie := filedCase(t, d, "bill")
		if _, _, err := d.Document(ctx, c); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a document before the decision: %v", err)
		}
		doc, err := SealMessage(c.keys.Reply, c.Reference, MessageDocument, "doc1", time.Now(), pdf)
		if err != nil {
			t.Fatal(err)
		}
		push(t, d, Push{Messages: []SealedMessage{doc}})
		letter(t, d, c, Letter{ID: "d1", Kind: MessageDecision, Language: "fr", Outcome: "granted", Document: "certificat.pdf"})
		fact(t, d, c, "d1", "granted", "granted")
		c = caseOf(t, d, cookie, c.Reference)
		if c.Decision == nil || c.Decision.Outcome != "granted" || !c.Decision.Has || c.Open {
			t.Fatalf("decision %+v, open %v", c.Decision, c.Open)
		}
		name, got, err := d.Document(ctx, c)
		if err != nil || name != "certificat.pdf" || !bytes.Equal(got, pdf) {
			t.Errorf("document %q, %d bytes, %v", name, len(got), err)
		}
		if err := d.Withdraw(ctx, c); errs.KindOf(err) != errs.Conflict {
			t.Errorf("withdrawing what is decided: %v", err)
		}
	})
}

func TestForgedLetterIsNotBelieved(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		other, _ := filedCase(t, d, "bill")
		l := Letter{ID: "d1", Kind: MessageDecision, Reference: other.Reference, Outcome: "refused"}
		moved, err := SealMessage(c.keys.Reply, c.Reference, l.Kind, l.ID, time.Now(), signedLetter(t, d, l))
		if err != nil {
			t.Fatal(err)
		}
		wrongKey, err := SealMessage(other.keys.Reply, c.Reference, l.Kind, "d2", time.Now(), signedLetter(t, d, l))
		if err != nil {
			t.Fatal(err)
		}
		unsigned, err := json.Marshal(Letter{ID: "d3", Kind: MessageDecision, Reference: c.Reference, Outcome: "refused"})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := SealMessage(c.keys.Reply, c.Reference, MessageDecision, "d3", time.Now(), unsigned)
		if err != nil {
			t.Fatal(err)
		}
		push(t, d, Push{Messages: []SealedMessage{moved, wrongKey, plain, {ID: "d4", Reference: c.Reference, Kind: MessageDecision, At: time.Now(), Sealed: []byte("x")}}})
		if c = caseOf(t, d, cookie, c.Reference); c.Decision != nil {
			t.Errorf("believed %+v", c.Decision)
		}
		for _, m := range c.Messages {
			if m.Sound {
				t.Errorf("%s is called sound", m.ID)
			}
		}
	})
}

func TestHiddenAccessIsSeen(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *Desk) {
		c, cookie := filedCase(t, d, "bill")
		for _, n := range []int{3, 1} {
			m, err := SealAccess(c.keys.Notice, c.Reference, Access{N: n, At: time.Now(), Name: "A " + strconv.Itoa(n), Purpose: "instruct"})
			if err != nil {
				t.Fatal(err)
			}
			push(t, d, Push{Messages: []SealedMessage{m, m}})
		}
		c = caseOf(t, d, cookie, c.Reference)
		if len(c.Accesses) != 2 || c.Accesses[0].N != 1 || !c.Gap {
			t.Errorf("accesses %+v, gap %v", c.Accesses, c.Gap)
		}
		m, err := SealAccess(c.keys.Notice, c.Reference, Access{N: 2, At: time.Now(), Machine: true})
		if err != nil {
			t.Fatal(err)
		}
		push(t, d, Push{Messages: []SealedMessage{m}})
		if c = caseOf(t, d, cookie, c.Reference); len(c.Accesses) != 3 || c.Gap {
			t.Errorf("accesses %+v, gap %v", c.Accesses, c.Gap)
		}
	})
}
