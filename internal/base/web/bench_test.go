package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkPage is a whole page answered: routing, headers, compression.
func BenchmarkPage(b *testing.B) {
	page := bytes.Repeat([]byte("<p>صفحة من صفحات وصل</p>\n"), 300)
	s := testSite(nil)
	s.Page("GET /{lang}/x", Public, func(w http.ResponseWriter, r *http.Request) error {
		s.HTML(w, r, 200, page)
		return nil
	})
	h := s.Handler()
	for _, encoding := range []string{"identity", "gzip", "br"} {
		b.Run(encoding, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("GET", "http://wasl.test/ar/x", nil)
				r.Header.Set("Accept-Encoding", encoding)
				h.ServeHTTP(httptest.NewRecorder(), r)
			}
		})
	}
}
