package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// packer is a compressor with the buffer it writes into, kept for reuse: a new
// one per page costs many times the page itself.
type packer struct {
	w interface {
		io.WriteCloser
		Reset(io.Writer)
	}
	out bytes.Buffer
}

// Pages are far below 256 KB, so a small window loses nothing and resets fast.
var brotliPage = brotli.WriterOptions{Quality: 5, LGWin: 18}

var packers = map[string]*sync.Pool{
	"br": {New: func() any {
		return &packer{w: brotli.NewWriterOptions(io.Discard, brotliPage)}
	}},
	"gzip": {New: func() any {
		w, _ := gzip.NewWriterLevel(io.Discard, 6) // the level is valid
		return &packer{w: w}
	}},
}

// accepted is the best encoding the client takes: br, gzip, or "" for none.
func accepted(r *http.Request) string {
	found := ""
	for _, line := range r.Header.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(item, ";")
			switch name = strings.ToLower(strings.TrimSpace(name)); {
			case refusedQuality(params):
			case name == "br":
				return "br"
			case name == "gzip":
				found = "gzip"
			}
		}
	}
	return found
}

func refusedQuality(params string) bool {
	value, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
	return ok && strings.Trim(value, "0.") == ""
}

// compressed gives send the body in the encoding; the bytes are send's only
// until it returns.
func compressed(encoding string, body []byte, send func([]byte, string) error) error {
	pool := packers[encoding]
	if pool == nil {
		return send(body, "")
	}
	p := pool.Get().(*packer)
	defer pool.Put(p)
	p.out.Reset()
	p.w.Reset(&p.out)
	if _, err := p.w.Write(body); err != nil {
		return err
	}
	if err := p.w.Close(); err != nil {
		return err
	}
	return send(p.out.Bytes(), encoding)
}

// best compresses as far as it goes, for what is compressed once.
func best(encoding string, body []byte) []byte {
	var out bytes.Buffer
	var w io.WriteCloser
	if encoding == "br" {
		w = brotli.NewWriterLevel(&out, brotli.BestCompression)
	} else {
		w, _ = gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is valid
	}
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}
