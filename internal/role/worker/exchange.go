package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"wasl/internal/domain/intake"
)

// Bounds of what the portal may answer.
const (
	mostOffered   = 64 << 20 // bytes of one answer to "what is offered"
	mostPublished = 4 << 20  // bytes of the list of what is published
	pullAtOnce    = 20       // envelopes
	callLasts     = 2 * time.Minute
)

// portal calls exchange.
type portal struct {
	base   string
	client *http.Client
}

// statusError is an answer that is not the one hoped for. It holds nothing
// that the portal said.
type statusError int

func (e statusError) Error() string { return "the portal answered " + strconv.Itoa(int(e)) }

// errSilent is a portal that does not answer, or breaks off: what else this
// round wants of it would wait as long again.
var errSilent = errors.New("the portal does not answer")

// call makes a request; the caller closes the body. cancel ends it.
func (p portal) call(ctx context.Context, method, path string, body []byte) (*http.Response, context.CancelFunc, error) {
	ctx, cancel := context.WithTimeout(ctx, callLasts)
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("calling the portal: %w", err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := p.client.Do(req)
	if err != nil {
		cancel()
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return nil, nil, fmt.Errorf("%w: %w", errSilent, err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		resp.Body.Close()
		cancel()
		return nil, nil, statusError(resp.StatusCode)
	}
	return resp, cancel, nil
}

// get reads a bounded JSON answer.
func (p portal) get(ctx context.Context, path string, most int64, into any) error {
	resp, cancel, err := p.call(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer cancel()
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return fmt.Errorf("%w to the end: %w", errSilent, err)
	}
	if int64(len(raw)) > most {
		return fmt.Errorf("the portal's answer is longer than %d bytes", most)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return errors.New("the portal's answer does not decode")
	}
	return nil
}

func (p portal) offered(ctx context.Context, after int64) ([]intake.Offered, error) {
	var out []intake.Offered
	err := p.get(ctx, fmt.Sprintf("/exchange/offered?after=%d&limit=%d", after, pullAtOnce), mostOffered, &out)
	return out, err
}

func (p portal) published(ctx context.Context) ([]string, error) {
	var out []string
	err := p.get(ctx, "/exchange/published", mostPublished, &out)
	return out, err
}

// blob streams one sealed file to read.
func (p portal) blob(ctx context.Context, name string, read func(io.Reader) error) error {
	resp, cancel, err := p.call(ctx, http.MethodGet, "/exchange/blob/"+url.PathEscape(name), nil)
	if err != nil {
		return err
	}
	defer cancel()
	defer resp.Body.Close()
	return read(resp.Body)
}

func (p portal) push(ctx context.Context, push intake.Push) error {
	raw, err := json.Marshal(push)
	if err != nil {
		return fmt.Errorf("encoding a push: %w", err)
	}
	resp, cancel, err := p.call(ctx, http.MethodPost, "/exchange/push", raw)
	if err != nil {
		return err
	}
	defer cancel()
	return resp.Body.Close()
}
