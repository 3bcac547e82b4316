package robot

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Machine files every example of a service through the API, and checks what
// it promises of keys, bodies and refusals.
func (r *Robot) Machine(ctx context.Context, id string) error {
	d, err := r.Definition(ctx, id)
	if err != nil {
		return err
	}
	tried := false
	for _, e := range d.Examples {
		body, err := json.Marshal(map[string]any{"authority": e.Authority, "answers": e.Answers, "language": "fr"})
		if err != nil {
			return fmt.Errorf("example %s of %s: %w", e.ID, id, err)
		}
		a, err := r.send(ctx, id, body, newKey())
		if err != nil {
			return err
		}
		what := a.request + " with example " + e.ID
		if !e.Valid {
			r.expectProblem(what+" (invalid)", a, http.StatusUnprocessableEntity, true)
			continue
		}
		if a.status != http.StatusCreated {
			r.fault(what, "a valid example is 201", "status %d: %.300s", a.status, a.body)
			continue
		}
		r.created(ctx, what, a)
		if !tried {
			tried = true
			if err := r.keys(ctx, id, e, body); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Robot) send(ctx context.Context, id string, body []byte, key string) (*answer, error) {
	return r.browser().do(ctx, http.MethodPost, "/api/v1/services/"+id+"/submissions", "application/json", body,
		"Accept", "application/json", "Idempotency-Key", key)
}

// newKey is an Idempotency-Key, longer than a UUID.
func newKey() string { return rand.Text() + rand.Text() }

// created reads the answer of a filing.
func (r *Robot) created(ctx context.Context, what string, a *answer) {
	var out struct {
		Reference string `json:"reference"`
		Code      string `json:"resume_code"`
		Receipt   string `json:"receipt"`
	}
	if err := json.Unmarshal(a.body, &out); err != nil || out.Reference == "" || out.Code == "" {
		r.fault(what, "201 holds reference, resume_code and receipt", "%v", err)
		return
	}
	if !strings.Contains(out.Receipt, `"`+out.Reference+`"`) {
		r.fault(what, "the receipt holds the reference as it is", "%s is not in it", out.Reference)
	}
	if r.Verify == nil {
		return
	}
	trust, err := r.browser().get(ctx, "/.well-known/wasl-trust.json")
	if err == nil {
		err = r.Verify([]byte(out.Receipt), trust.body)
	}
	if err != nil {
		r.fault(what, "the receipt verifies", "%v", err)
	}
}

// keys tries what the Idempotency-Key promises, and bodies that are wrong.
func (r *Robot) keys(ctx context.Context, id string, e Example, body []byte) error {
	key := newKey()
	one, err := r.send(ctx, id, body, key)
	if err != nil {
		return err
	}
	two, err := r.send(ctx, id, body, key)
	if err != nil {
		return err
	}
	if one.status != two.status || !bytes.Equal(one.body, two.body) {
		r.fault(one.request+" twice with one key", "the same answer", "status %d and %d, bodies equal %v", one.status, two.status, bytes.Equal(one.body, two.body))
	}
	wrong := func(change func(map[string]any)) []byte {
		in := map[string]any{"authority": e.Authority, "answers": e.Answers, "language": "fr"}
		change(in)
		raw, _ := json.Marshal(in) // it came from JSON
		return raw
	}
	for _, c := range []struct {
		name string
		body []byte
		key  string
		want int
	}{
		{"with the key of another body", append([]byte(" "), body...), key, 422},
		{"without a key", body, "", 400},
		{"with malformed JSON", []byte(`{"answers":`), newKey(), 400},
		{"in an unknown language", wrong(func(in map[string]any) { in["language"] = "xx" }), newKey(), 422},
		{"to an unknown authority", wrong(func(in map[string]any) { in["authority"] = "nowhere" }), newKey(), 422},
		{"without answers", wrong(func(in map[string]any) { in["answers"] = map[string]any{} }), newKey(), 422},
	} {
		a, err := r.send(ctx, id, c.body, c.key)
		if err != nil {
			return err
		}
		r.expectProblem(a.request+" "+c.name, a, c.want, c.name == "without answers")
	}
	return nil
}

func (r *Robot) expectProblem(what string, a *answer, status int, fields bool) {
	var p struct {
		Status int `json:"status"`
		Errors []struct{ Field, Message string }
	}
	err := json.Unmarshal(a.body, &p)
	if kind := a.header.Get("Content-Type"); a.status != status || err != nil || kind != "application/problem+json" || p.Status != status {
		r.fault(what, fmt.Sprintf("%d problem+json", status), "status %d %s %.200s", a.status, kind, a.body)
		return
	}
	if fields && (len(p.Errors) == 0 || p.Errors[0].Field == "" || p.Errors[0].Message == "") {
		r.fault(what, "errors name field and message", "%.200s", a.body)
	}
}
