package portal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
)

// mostSubmitted bounds the body of one submission: files come in it as base64.
const mostSubmitted = 48 << 20

// apiSubmit files an application that comes whole.
func (s *Server) apiSubmit(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("service")
	if _, err := s.desk.Service(id); err != nil {
		return err
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return &web.Problem{Status: http.StatusBadRequest, Detail: "The header Idempotency-Key is missing: send a random UUID or longer."}
	}
	raw, err := web.Body(r, mostSubmitted)
	if err != nil {
		return err
	}
	in, l, wrong, err := application(r, raw)
	if err != nil {
		return &web.Problem{Status: http.StatusBadRequest, Detail: "The body is not one JSON object."}
	}
	if odd := oddJSON(raw); odd != "" {
		return &web.Problem{Status: http.StatusBadRequest, Detail: odd}
	}
	if len(wrong) > 0 {
		return invalid(wrong)
	}
	accepted, err := s.desk.Accept(r.Context(), id, key, raw, in)
	if err != nil {
		return notAccepted(err, l)
	}
	w.Header().Set("Location", "/api/v1/submissions/"+accepted.Reference)
	return web.JSON(w, r, http.StatusCreated, accepted)
}

// notAccepted turns why a filing was refused into a problem in l.
func notAccepted(err error, l i18n.Lang) error {
	var e *errs.Error
	var refused *intake.Refused
	switch {
	case errors.As(err, &refused):
		var list []web.FieldError
		if refused.NoAuthority {
			list = append(list, web.FieldError{Field: authorityControl, Message: texts.T(l, "problem.authority")})
		}
		for _, p := range refused.Problems {
			list = append(list, web.FieldError{Field: p.Field, Message: p.Message(l)})
		}
		return invalid(list)
	case errors.As(err, &e) && e.Key == "api.key":
		return &web.Problem{Status: http.StatusBadRequest, Detail: "The Idempotency-Key is too short: send a random UUID or longer."}
	case errors.As(err, &e) && e.Key == "api.keyreused":
		return &web.Problem{Status: http.StatusUnprocessableEntity, Detail: "This Idempotency-Key was used with another body."}
	}
	return err
}

func invalid(list []web.FieldError) error {
	return &web.Problem{Status: http.StatusUnprocessableEntity, Title: "The application cannot be filed", Errors: list}
}

// application reads the body. An error is malformed JSON; wrong names fields
// of another shape or with unknown values.
func application(r *http.Request, raw []byte) (in intake.Application, l i18n.Lang, wrong []web.FieldError, err error) {
	l = machineLang(r)
	var body map[string]json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&body); err != nil {
		return in, l, nil, err
	}
	if _, err := dec.Token(); err != io.EOF || body == nil {
		return in, l, nil, errors.New("more than one JSON object")
	}
	var word string
	if json.Unmarshal(body["language"], &word) == nil {
		if named, ok := i18n.ParseLang(word); ok {
			l = named
		}
	}
	say := func(field, key string) {
		wrong = append(wrong, web.FieldError{Field: field, Message: texts.T(l, key)})
	}
	in.Language, in.Answers = l, body["answers"]
	if word != string(l) {
		say("language", "problem.language")
	}
	if a, ok := body["authority"]; ok && json.Unmarshal(a, &in.Authority) != nil {
		say(authorityControl, "problem.authority")
	}
	if in.Answers == nil {
		say("answers", "problem.answers")
	}
	var names []string
	for name := range body {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if name != "authority" && name != "answers" && name != "language" {
			say(name, "problem.field")
		}
	}
	return in, l, wrong, nil
}

// machineLang is the language of messages where the body names none.
func machineLang(r *http.Request) i18n.Lang {
	if r.Header.Get("Accept-Language") == "" {
		return i18n.EN
	}
	return i18n.Preferred(r.Header.Get("Accept-Language"))
}
