package portal

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"wasl/internal/base/errs"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
)

// mostPushed bounds one push of the office, in bytes.
const mostPushed = 64 << 20

// Exchange answers the office, on a listener that only the office reaches: a
// Unix socket or mutual TLS. It gives ciphertext and takes what the office
// publishes; nothing here reads a filing.
func (s *Server) Exchange() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /exchange/offered", s.bridge(s.offered))
	mux.HandleFunc("GET /exchange/blob/{name}", s.bridge(s.blob))
	mux.HandleFunc("GET /exchange/published", s.bridge(s.published))
	mux.HandleFunc("POST /exchange/push", s.bridge(s.push))
	return mux
}

// bridge answers an error with its status alone, so that the reason stands in
// this side's log: of a fault, and of a push refused, which the office sends
// again and again.
func (s *Server) bridge(h web.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		status := web.FailureOf(err).Status
		if r.Context().Err() == nil && status != http.StatusNotFound && status != http.StatusServiceUnavailable {
			s.log.Error("exchange failed", "route", r.Pattern, "status", status, "cause", err)
		}
		http.Error(w, http.StatusText(status), status)
	}
}

func (s *Server) offered(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	after, err := strconv.ParseInt(q.Get("after"), 10, 64)
	if err != nil || after < 0 {
		return errs.New(errs.Invalid, "exchange.after")
	}
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil {
		return errs.New(errs.Invalid, "exchange.limit")
	}
	list, err := s.desk.Offer(r.Context(), after, limit)
	if err != nil {
		return err
	}
	if list == nil {
		list = []intake.Offered{}
	}
	return answerJSON(w, list)
}

func (s *Server) published(w http.ResponseWriter, r *http.Request) error {
	list, err := s.desk.Published(r.Context())
	if err != nil {
		return err
	}
	if list == nil {
		list = []string{}
	}
	return answerJSON(w, list)
}

func answerJSON(w http.ResponseWriter, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return errs.Wrap(errs.Internal, "internal", err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // the office asks again
	return nil
}

func (s *Server) blob(w http.ResponseWriter, r *http.Request) error {
	body, size, err := s.desk.Blob(r.PathValue("name"))
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, _ = io.Copy(w, body) // a short body fails at the office, which asks again
	return nil
}

func (s *Server) push(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostPushed))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errs.New(errs.Invalid, "exchange.large")
	}
	if err != nil {
		return errs.Wrap(errs.Invalid, "exchange.cut", err)
	}
	var p intake.Push
	if err := json.Unmarshal(raw, &p); err != nil {
		return errs.Wrap(errs.Invalid, "exchange.shape", err)
	}
	if err := s.desk.Take(r.Context(), p); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
