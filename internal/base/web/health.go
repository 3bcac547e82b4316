package web

import (
	"context"
	"net/http"
	"time"
)

const (
	healthz = "GET /healthz"
	readyz  = "GET /readyz"
)

// Health adds /healthz (the process answers) and /readyz (ready says that it
// can do its work; nil is always). Both answer whatever name they are asked
// under, even when overloaded.
func (s *Site) Health(ready func(context.Context) error) {
	s.API(healthz, Public, func(w http.ResponseWriter, r *http.Request) error {
		return Bytes(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	})
	s.API(readyz, Public, func(w http.ResponseWriter, r *http.Request) error {
		if ready != nil {
			ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
			defer cancel()
			if err := ready(ctx); err != nil {
				s.conf.Log.Debug("not ready", "cause", err)
				return Bytes(w, r, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("not ready\n"))
			}
		}
		return Bytes(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ready\n"))
	})
}
