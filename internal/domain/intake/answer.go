package intake

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/service"
)

// Limits of an answer.
const (
	MaxAnswer      = 5000 // characters of its text
	maxAnswerFiles = 40   // attachments that belong to no question
)

// Missing is the id, and the kind, of the request that a filing with pieces
// still due makes by itself.
const Missing = "missing"

func answerStep(request string) string { return KindAnswer + "/" + request }

// asked finds what the applicant is asked for now: the newest request of the
// office, or the pieces due since filing.
func (c *Case) asked(rows *caseRows) {
	done := map[string]bool{}
	for _, e := range rows.own {
		done[e.step] = true
	}
	for _, m := range c.Messages {
		if m.Kind != MessageRequest || !m.Sound {
			continue
		}
		l := m.Letter
		c.Request = &Request{ID: m.ID, Kind: l.Request, Questions: c.pieces(l.Questions), Text: l.Text, Language: l.Language, At: m.At, WindowLast: l.WindowLast}
		if _, err := time.Parse(time.DateOnly, l.WindowLast); err != nil {
			c.Request.WindowLast = ""
		}
	}
	if c.Request == nil && len(c.Receipt.Missing) > 0 {
		c.Request = &Request{ID: Missing, Kind: Missing, Questions: c.Receipt.Missing, At: c.FiledAt, WindowLast: c.Receipt.WindowLast}
	}
	if c.Request != nil && done[answerStep(c.Request.ID)] {
		c.Request, c.answered = nil, true
	}
	if !c.Open {
		c.Request = nil
	}
}

// pieces leaves out what is no piece of this service: nobody could answer it.
func (c *Case) pieces(asked []string) []string {
	var out []string
	for _, id := range asked {
		if q := c.Service.Question(id); q != nil && q.Type == service.File && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// openAnswer reads the answer being prepared, if something is asked.
func (d *Desk) openAnswer(ctx context.Context, c *Case) error {
	if c.Request == nil {
		return nil
	}
	dr := &Draft{Service: c.Service, code: c.code, keys: c.keys, step: answerStep(c.Request.ID)}
	if err := d.reload(ctx, dr); err != nil {
		return err
	}
	if dr.Filed != "" { // it came in since the case was read
		c.Request, c.answered = nil, true
		return nil
	}
	if dr.revision == 0 {
		dr.body = newBody(c.Service.Hash, time.Now())
	}
	dr.show()
	c.answer, c.Pending = dr, dr.Files
	return nil
}

// AddAnswerFile seals a file as it streams and keeps it until Answer. question
// is one of the request's, or "" for another attachment. errs.Invalid with
// file.empty, file.type, file.size, file.count or file.question says why a
// file is refused.
func (d *Desk) AddAnswerFile(ctx context.Context, c *Case, question, name string, r io.Reader) (service.FileRef, error) {
	if c.answer == nil {
		return service.FileRef{}, errs.New(errs.Conflict, "answer.none")
	}
	rule := fileRule{question: question, types: attachments, most: maxAnswerFiles}
	if question != "" {
		q := c.Service.Questions[question]
		if q == nil || q.Type != service.File || !slices.Contains(c.Request.Questions, question) {
			return service.FileRef{}, errs.New(errs.Invalid, "file.question")
		}
		rule.types, rule.most = q.MediaTypes(), q.MaxFiles
	}
	ref, err := d.keepFile(ctx, c.answer, rule, name, r)
	c.Pending = c.answer.Files
	return ref, err
}

// UndoAnswer takes the files that this request added off the answer again,
// because its form was refused whole.
func (d *Desk) UndoAnswer(ctx context.Context, c *Case) error {
	err := d.Undo(ctx, c.answer)
	if c.answer != nil {
		c.Pending = c.answer.Files
	}
	return err
}

// RemoveAnswerFile takes a kept file off the answer.
func (d *Desk) RemoveAnswerFile(ctx context.Context, c *Case, fileID string) error {
	if c.answer == nil {
		return errs.New(errs.Conflict, "answer.none")
	}
	err := d.RemoveFile(ctx, c.answer, fileID)
	c.Pending = c.answer.Files
	return err
}

// Answer seals and hands in what the applicant says to the open request, with
// the kept files. Answering again, or twice at once, changes nothing.
// errs.Invalid: answer.long, answer.text, answer.empty, or answer.missing with
// the id of a piece that is still not given. errs.Conflict: nothing is asked.
func (d *Desk) Answer(ctx context.Context, c *Case, text string) error {
	if c.answered && c.Request == nil {
		return nil
	}
	if c.answer == nil {
		return errs.New(errs.Conflict, "answer.none")
	}
	if err := c.checkAnswer(text); err != nil {
		return err
	}
	return d.handIn(ctx, c, KindAnswer, c.answer, text)
}

func (c *Case) checkAnswer(text string) error {
	switch {
	case !utf8.ValidString(text):
		return errs.New(errs.Invalid, "answer.text")
	case utf8.RuneCountInString(text) > MaxAnswer:
		return errs.New(errs.Invalid, "answer.long", "max", MaxAnswer)
	}
	for _, q := range c.Request.Questions {
		if !slices.ContainsFunc(c.Pending, func(f service.FileRef) bool { return f.Question == q }) {
			return errs.New(errs.Invalid, "answer.missing", "question", q)
		}
	}
	if strings.TrimSpace(text) == "" && len(c.Pending) == 0 {
		return errs.New(errs.Invalid, "answer.empty")
	}
	return nil
}

// Withdraw takes the application back. Again is nothing; errs.Conflict after
// the case has ended.
func (d *Desk) Withdraw(ctx context.Context, c *Case) error {
	if c.withdrawn {
		return nil
	}
	if !c.Open {
		return errs.New(errs.Conflict, "case.closed")
	}
	return d.handIn(ctx, c, KindWithdrawal, &Draft{Service: c.Service, code: c.code, keys: c.keys, step: KindWithdrawal, body: newBody(c.Service.Hash, time.Now())}, "")
}

// handIn seals one more envelope of a case, chained on the one before. When
// another came first it is chained again, on that one; what was handed in for
// the same step already stays as it is.
func (d *Desk) handIn(ctx context.Context, c *Case, kind string, dr *Draft, text string) error {
	for range 20 {
		done, err := d.tryHandIn(ctx, c, kind, dr, text)
		if err != nil {
			return err
		}
		if done {
			c.Request, c.answer, c.Pending = nil, nil, nil
			c.answered = c.answered || kind == KindAnswer
			c.withdrawn = c.withdrawn || kind == KindWithdrawal
			c.Open = c.Open && !c.withdrawn
			return nil
		}
		rows, err := d.caseRows(ctx, foundCase{reference: Reference(c.Reference), keys: c.keys})
		if err != nil {
			return fmt.Errorf("reading a case: %w", err)
		}
		c.last = rows.own[len(rows.own)-1]
		if err := d.reload(ctx, dr); err != nil || dr.Filed != "" {
			return err
		}
		if rows.withdrawn() {
			return errs.New(errs.Conflict, "case.closed")
		}
	}
	return errs.New(errs.Busy, "busy")
}

func (d *Desk) tryHandIn(ctx context.Context, c *Case, kind string, dr *Draft, text string) (bool, error) {
	cat := d.catalogue()
	if err := d.fileable(cat, present()); err != nil {
		return false, err
	}
	previous, err := seal.Unmarshal(c.last.body)
	if err != nil {
		return false, fmt.Errorf("reading the envelope before: %w", err)
	}
	s := &submission{envelope: dr.body.Envelope, kind: kind, step: dr.step, chain: c.last.chain + 1, previous: hexDigest(previous.Digest),
		locator: locatorHash(c.keys), reference: Reference(c.Reference), service: c.Service.ID, version: c.filing.version,
		authorityID: c.filing.authority, unit: c.filing.unit, at: present(), files: dr.body.Files}
	if !s.at.After(c.last.at) {
		s.at = c.last.at.Add(time.Microsecond) // another instance's clock may be ahead
	}
	f := filing{def: c.Service, body: dr.body, keys: c.keys, lang: i18n.Lang(c.Receipt.Language), channel: Online, at: s.at, words: text, filedAt: c.FiledAt}
	content, err := cat.sealedContent(f, service.Reading{})
	if err != nil {
		return false, err
	}
	reading, completes := c.completed(dr)
	err = d.sealing(ctx, func() error {
		env, err := d.sealEnvelope(cat, s, f, content)
		if err != nil {
			return err
		}
		if completes {
			return d.acknowledge(cat, s, f, reading, env)
		}
		_, err = d.deposit(cat, s, f, c.stillMissing(), env)
		s.receipt = []byte{} // only a completed file has a second receipt
		return err
	})
	if err != nil {
		return false, err
	}
	return d.addFrom(ctx, s, dr)
}

// stillMissing lists the pieces due since filing that were not given yet.
func (c *Case) stillMissing() []string {
	if c.Completion != nil {
		return nil
	}
	return c.Receipt.Missing
}

// completed is what the file holds once the pieces due since filing are given;
// false where the draft is another answer. The second receipt rests on it.
func (c *Case) completed(dr *Draft) (service.Reading, bool) {
	if dr.step != answerStep(Missing) {
		return service.Reading{}, false
	}
	r := c.reading
	r.Missing = nil
	for _, fee := range c.Receipt.Fees {
		r.Fees = append(r.Fees, service.FeeDue{ID: fee.ID, Centimes: fee.Amount})
	}
	r.Answers = maps.Clone(r.Answers)
	for _, f := range dr.body.Files {
		if f.Question != "" {
			given, _ := r.Answers[f.Question].([]any)
			r.Answers[f.Question] = append(slices.Clone(given), map[string]any{"id": f.ID, "name": f.Name, "media_type": f.MediaType, "size": f.Size})
		}
	}
	return r, true
}
