package casework_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"wasl/internal/crypt/seal"
	"wasl/internal/domain/casework"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/intake"
	"wasl/verify"
)

// permit publishes the residence certificate again as a commune's act with a
// delay of days, two pieces that any applicant may give, an extension, and what
// silence means.
func (w *world) permit(days, silence, extension string) {
	w.t.Helper()
	w.publish(w.edited("services/residence-certificate/service.yaml", func(data []byte) []byte {
		kind := map[string]string{clock.MeansConsent: "listed-silence-consent", clock.MeansAppeal: "normal"}[silence]
		for from, to := range map[string]string{
			"kind: normal": "kind: " + kind, "silence: appeal": "silence: " + silence, "version: 1": "version: 9", "delay: {days: 10}": "delay: {days: " + days + "}",
			"extension: false": "extension: " + extension,
			`{id: host_letter, type: file, accept: [pdf, image], note: may-come-later, when: "proof == 'host'"}`: `{id: host_letter, type: file, accept: [pdf, image], optional: true}`,
		} {
			data = bytes.Replace(data, []byte(from), []byte(to), 1)
		}
		return data
	}), w.desk.TrustFile())
}

// hand hands in one more envelope of a case at the office's time, as the
// applicant's code lets anybody do it: the portal's own time cannot be moved.
// said goes into its clear intake section.
func (w *world) hand(got *intake.Accepted, kind string, said map[string]any) {
	w.t.Helper()
	w.handAt(got, kind, said, w.now())
}

func (w *world) handAt(got *intake.Accepted, kind string, said map[string]any, at time.Time) {
	w.t.Helper()
	w.must(w.office.Take(w.t.Context(), w.made(got, kind, said, at)))
	if n := w.count(`SELECT count(*) FROM quarantine`); n != 0 {
		w.t.Fatalf("a %s was set aside: %s", kind, w.text(`SELECT reason FROM quarantine`))
	}
}

// made is an envelope that follows a filing, as a portal offers it.
func (w *world) made(got *intake.Accepted, kind string, said map[string]any, at time.Time) intake.Offered {
	w.t.Helper()
	code, err := seal.ParseCode(got.ResumeCode)
	w.must(err)
	keys := code.Derive()
	column := func(name string) string {
		return w.text(`SELECT ` + name + ` FROM casefile WHERE reference = '` + got.Reference + `'`)
	}
	section := map[string]any{"notice": base64.StdEncoding.EncodeToString(keys.Notice[:]), "language": "fr"}
	for key, value := range said {
		section[key] = value
	}
	content := seal.Content{Sections: map[string][]byte{}}
	for _, id := range intake.Sections(w.office.Definition(column("version"))) {
		content.Sections[id] = []byte("{}")
	}
	content.Sections[intake.SectionFiles] = []byte("[]")
	content.Sections[intake.SectionIntake], err = json.Marshal(section)
	w.must(err)
	content.Sections[intake.SectionReply], err = json.Marshal(map[string]any{"key": keys.Reply[:], "language": "fr"})
	w.must(err)
	h := seal.Header{ID: hex.EncodeToString(sixteen()), Kind: kind, Service: column("service"), Version: column("version"), Authority: column("authority"), Unit: column("unit"),
		Locator: column("locator"), Previous: column("last")}
	env, err := seal.Seal(seal.NewContentKey(), h, content, w.readers(h.Authority+"/"+h.Unit), keys)
	w.must(err)
	deposit, err := w.receipt.SignDeposit(verify.Deposit{Reference: got.Reference, Envelope: hex.EncodeToString(env.Digest[:]), Channel: intake.Online, Mention: "deposited",
		Missing: []string{}, DepositedAt: verify.Time{Time: at.UTC().Truncate(time.Second)}})
	w.must(err)
	body, err := env.Marshal()
	w.must(err)
	seq, err := w.office.Progress(w.t.Context())
	w.must(err)
	return intake.Offered{Seq: seq, Envelope: h.ID, Kind: kind, Reference: got.Reference, At: at, Body: body, Deposit: deposit, Salt: append(sixteen(), sixteen()...)}
}

func sixteen() []byte {
	b := make([]byte, 16)
	rand.Read(b)
	return b
}

// view is a case as amina sees it.
func (w *world) view(got *intake.Accepted) *casework.View {
	w.t.Helper()
	v, err := w.office.View(w.t.Context(), amina, got.Reference)
	w.must(err)
	return v
}

// state checks a case's state.
func (w *world) state(got *intake.Accepted, want string) {
	w.t.Helper()
	if v := w.view(got); v.State != want {
		w.t.Fatalf("the case is %s (clock %s), want %s", v.State, v.Clock.State, want)
	}
}

// to moves the office's clock to noon of a civil day.
func (w *world) to(on clock.Date) {
	w.t.Helper()
	y, m, d := on.Time().Date()
	w.pass(time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Sub(w.now()))
}

// ask asks for something under a fresh opening.
func (w *world) ask(got *intake.Accepted, id, kind string, pieces ...string) error {
	w.t.Helper()
	w.open(got.Reference)
	return w.office.Ask(w.t.Context(), amina, got.Reference, casework.Request{ID: id, Kind: kind, Questions: pieces, Text: "Illisible."})
}

// decide decides under a fresh opening.
func (w *world) decide(got *intake.Accepted, id, outcome string) error {
	w.t.Helper()
	w.open(got.Reference)
	d := casework.Decision{ID: id, Outcome: outcome}
	if outcome == casework.Refuse {
		d.Text = "Non."
	}
	return w.office.Decide(w.t.Context(), amina, got.Reference, d)
}

// says checks the key and articles of a refused act; "" is none.
func says(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = refused(err)
	}
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}
