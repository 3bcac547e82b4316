package kill

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	mrand "math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"wasl/test/robot"
)

// patient sends a request again until it is answered whole: what a person does
// who presses the button once more, and what a system does by its contract.
type patient struct{ by http.RoundTripper }

func (p patient) RoundTrip(req *http.Request) (*http.Response, error) {
	for {
		again := req.Clone(req.Context())
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			again.Body = body
		}
		res, err := p.by.RoundTrip(again)
		if err == nil {
			body, rerr := io.ReadAll(res.Body)
			res.Body.Close()
			if rerr == nil && res.StatusCode != http.StatusServiceUnavailable {
				res.Body = io.NopCloser(bytes.NewReader(body))
				return res, nil
			}
			err = cmp.Or(rerr, fmt.Errorf("status %d", res.StatusCode))
		}
		select {
		case <-req.Context().Done():
			return nil, fmt.Errorf("never answered: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// answerWithin bounds how long a client asks again.
const answerWithin = 90 * time.Second

// filing is an application that the portal acknowledged.
type filing struct {
	service, authority string
	key                string // "" when it came through the forms
	body, answer       []byte // of the API, byte by byte

	Reference string `json:"reference"`
	Code      string `json:"resume_code"`
	Receipt   string `json:"receipt"`
}

// application is one valid example of a service.
type application struct {
	of *robot.Definition
	robot.Example
}

// applications lists every valid example.
func applications(ctx context.Context, base string) ([]application, error) {
	r := robot.New(base)
	services, err := r.Services(ctx)
	if err != nil {
		return nil, err
	}
	var list []application
	for _, s := range services {
		d, err := r.Definition(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range d.Examples {
			if e.Valid {
				list = append(list, application{d, e})
			}
		}
	}
	return list, nil
}

// machine files through the API until the kills are over, now and then asking
// again for what it was answered already.
func (t *trial) machine(random *mrand.Rand) {
	for !t.ended() {
		a := t.applications[random.IntN(len(t.applications))]
		body, err := json.Marshal(map[string]any{"authority": a.Authority, "answers": a.Answers, "language": robot.Langs[random.IntN(4)]})
		if err != nil {
			t.fault("encoding an example of %s: %v", a.of.ID, err)
			return
		}
		f := &filing{service: a.of.ID, authority: a.Authority, key: newKey(), body: body}
		if !t.send(f) {
			return
		}
		t.acknowledged(f)
		if random.IntN(4) == 0 {
			t.sendAgain(f)
		}
		time.Sleep(time.Duration(random.IntN(int(t.pace) + 1)))
	}
}

// newKey is longer than a random UUID.
func newKey() string { return rand.Text() + rand.Text() }

// send files until it is acknowledged.
func (t *trial) send(f *filing) bool {
	status, answer, err := t.post(f)
	if err == nil && status == http.StatusCreated {
		err = json.Unmarshal(answer, f)
	}
	if err != nil || status != http.StatusCreated || f.Reference == "" {
		t.fault("filing %s: status %d, %v: %.300s", f.service, status, err, answer)
		return false
	}
	f.answer = answer
	return true
}

// sendAgain repeats an acknowledged filing: the answer must be the first.
func (t *trial) sendAgain(f *filing) {
	status, answer, err := t.post(f)
	if err != nil || status != http.StatusCreated || !bytes.Equal(answer, f.answer) {
		t.fault("%s was acknowledged, and the same key and body again gave status %d, another answer: %v, %v", f.Reference, status, !bytes.Equal(answer, f.answer), err)
	}
}

func (t *trial) post(f *filing) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.demo.Portal+"/api/v1/services/"+f.service+"/submissions", bytes.NewReader(f.body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", f.key)
	return t.do(req)
}

func (t *trial) do(req *http.Request) (int, []byte, error) {
	res, err := t.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// person files through the forms, page by page, in any language.
func (t *trial) person(random *mrand.Rand) {
	r := robot.New(t.demo.Portal)
	r.Through(func(by http.RoundTripper) http.RoundTripper { return patient{by} })
	r.Verify = robot.CheckReceipt
	for !t.ended() {
		a, lang := t.applications[random.IntN(len(t.applications))], robot.Langs[random.IntN(4)]
		ctx, cancel := context.WithTimeout(context.Background(), 3*answerWithin)
		filed, err := r.File(ctx, lang, a.of, a.Example, robot.Options{Resume: random.IntN(3) == 0})
		cancel()
		if err != nil {
			t.fault("filing %s %s in %s page by page: %v", a.of.ID, a.ID, lang, err)
			return
		}
		t.acknowledged(&filing{service: a.of.ID, authority: a.Authority, Reference: filed.Reference, Code: filed.ResumeCode, Receipt: string(filed.Receipt)})
	}
	for _, f := range r.Faults() {
		if slices.Contains(aboutLoss, f.Rule) {
			t.fault("%s", strings.ReplaceAll(f.String(), "\n\t", ": "))
		}
	}
}

// aboutLoss are the robot's rules that a kill could break; test/robot itself
// holds the portal to the others.
var aboutLoss = []string{"filing again leads to the same receipt", "an earlier page posted after filing leads to the receipt", "the receipt verifies",
	"the receipt file holds the reference as shown", "the check page shows the answers", "GET of a draft's page shows what is stored"}

// drawn is a random number that a seed decides.
func drawn(seed uint64, who int) *mrand.Rand { return mrand.New(mrand.NewPCG(seed, uint64(who))) }

// freshSeed is a seed that is short to type.
func freshSeed() uint64 {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // cannot be
	}
	return n.Uint64()
}
