package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"wasl/internal/base/errs"
)

// Problem is an error answer for machines (RFC 9457). As a returned error it
// is the answer itself.
type Problem struct {
	Type      string       `json:"type,omitempty"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail,omitempty"`
	Reference string       `json:"reference,omitempty"` // finds the fault in the log
	Errors    []FieldError `json:"errors,omitempty"`
}

// FieldError names one wrong field of the request.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (p *Problem) Error() string { return "problem " + strconv.Itoa(p.Status) + " " + p.Title }

// WriteProblem answers with a problem; an empty title becomes the status' own.
func WriteProblem(w http.ResponseWriter, status int, p Problem) {
	if status == 0 {
		status = http.StatusInternalServerError
	}
	p.Status = status
	if p.Title == "" {
		p.Title = http.StatusText(status)
	}
	raw, err := encode(p)
	if err != nil {
		raw = []byte("{}\n")
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the client may be gone
}

// JSON answers with v, compressed when the client takes it.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	raw, err := encode(v)
	if err != nil {
		return err
	}
	return Bytes(w, r, status, "application/json", raw)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}

// Body reads a whole machine request of at most max bytes. Larger is
// body.large (413).
func Body(r *http.Request, max int64) ([]byte, error) {
	if r.ContentLength > max {
		return nil, errs.New(errs.Invalid, KeyBodyLarge)
	}
	buf := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+clamp(r.ContentLength, 64<<10)))
	n, err := buf.ReadFrom(io.LimitReader(Kept(r, r.Body), max+1))
	if err != nil {
		return nil, broken(err)
	}
	if n > max {
		return nil, errs.New(errs.Invalid, KeyBodyLarge)
	}
	return buf.Bytes(), nil
}

func clamp(n, most int64) int64 { return max(0, min(n, most)) }

// broken classifies a failed read of a body.
func broken(err error) error {
	var e *errs.Error
	if errors.As(err, &e) {
		return err
	}
	return errs.Wrap(errs.Invalid, KeyBodyBroken, err)
}
