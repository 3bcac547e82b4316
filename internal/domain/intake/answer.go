package intake

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/crypt/seal"
	"wasl/internal/domain/clock"
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

// answerStep names the answer number n, from 0, to a request.
func answerStep(request string, n int) string {
	step := KindAnswer + "/" + request
	if n > 0 {
		step += "/" + strconv.Itoa(n)
	}
	return step
}

// requestOf is the id of the request that an answer's step names.
func requestOf(step string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(step, KindAnswer+"/"), "/")
	return id
}

// asked finds what the applicant is asked for now: the pieces due since filing
// and the office's requests, each less what was given for it.
func (c *Case) asked(rows *caseRows) {
	c.Requests, c.Request = nil, nil
	all := []Request{}
	if len(c.Receipt.Missing) > 0 {
		all = append(all, Request{ID: Missing, Kind: Missing, Questions: c.Receipt.Missing, all: c.Receipt.Missing, At: c.FiledAt, WindowLast: c.Receipt.WindowLast})
	}
	for i, m := range c.Messages {
		if m.Kind != MessageRequest || !m.Sound {
			continue
		}
		l := m.Letter
		r := Request{ID: m.ID, N: i + 1, Kind: l.Request, Questions: c.pieces(l.Questions), all: l.Questions, Text: l.Text, Language: l.Language, At: m.At, WindowLast: l.WindowLast}
		if _, err := time.Parse(time.DateOnly, l.WindowLast); err != nil {
			r.WindowLast = ""
		}
		all = append(all, r)
	}
	for _, r := range all {
		r.count(c, rows.own)
		switch {
		case r.Answers > 0 && len(r.Questions) == 0, c.taken(r):
			c.answered = true
		case c.Open:
			c.Requests = append(c.Requests, r)
		}
	}
	if len(c.Requests) > 0 {
		c.Request = &c.Requests[0]
	}
}

// count takes off a request what the applicant's answers have brought.
func (r *Request) count(c *Case, own []ownEnvelope) {
	pieces := r.Questions
	r.Questions = nil
	given := map[string]bool{}
	for i := range own {
		e := &own[i]
		if e.kind != KindAnswer || requestOf(e.step) != r.ID || e.open(c.keys) != nil {
			continue
		}
		r.Answers++
		said, err := AnswerEvent(e.opened.Sections[SectionIntake], e.at)
		if err != nil || said.For == "" && said.Do == clock.Answer { // before answers said what they bring, they brought all
			said.Docs = pieces
		}
		for _, id := range said.Docs {
			given[id] = true
		}
	}
	for _, id := range pieces {
		if given[id] {
			r.Given = append(r.Given, id)
		} else {
			r.Questions = append(r.Questions, id)
		}
	}
}

// taken tells that the clock knows the answer to a request, which may have
// been given at the counter.
func (c *Case) taken(r Request) bool {
	if r.Kind == Missing {
		return c.Clock.CompleteOn != clock.NoDate
	}
	for _, have := range c.Clock.Requests {
		if have.Kind == "request-"+r.Kind && have.SentOn == c.law.DateOf(r.At) && slices.Equal(have.Docs, r.all) {
			return have.AnsweredOn != clock.NoDate
		}
	}
	return false
}

// Choose makes another open request, by its N, the one that is answered; one
// that is not open changes nothing and is false.
func (d *Desk) Choose(ctx context.Context, c *Case, n int) (bool, error) {
	for i := range c.Requests {
		if c.Requests[i].N == n {
			c.Request, c.answer, c.Pending = &c.Requests[i], nil, nil
			return true, d.openAnswer(ctx, c)
		}
	}
	return false, nil
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
	dr := &Draft{Service: c.Service, code: c.code, keys: c.keys, step: answerStep(c.Request.ID, c.Request.Answers)}
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

// Answer seals and hands in what the applicant says to the request chosen, with
// the kept files. Where pieces are asked for, one of them is enough: the
// request stays open for those still due. Answering again, or twice at once,
// changes nothing. errs.Invalid: answer.long, answer.text, answer.empty, or
// answer.missing with the id of a piece when none is given. errs.Conflict:
// nothing is asked.
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
	if len(c.Request.Questions) > 0 && len(c.brings()) == 0 {
		return errs.New(errs.Invalid, "answer.missing", "question", c.Request.Questions[0])
	}
	if strings.TrimSpace(text) == "" && len(c.Pending) == 0 {
		return errs.New(errs.Invalid, "answer.empty")
	}
	return nil
}

// brings lists the pieces asked for that the answer being prepared holds. When
// it is the last, it brings all that was named, also what no service knows.
func (c *Case) brings() []string {
	brought := []string{}
	for _, q := range c.Request.Questions {
		if slices.ContainsFunc(c.Pending, func(f service.FileRef) bool { return f.Question == q }) {
			brought = append(brought, q)
		}
	}
	if len(brought) < len(c.Request.Questions) {
		return brought
	}
	for _, q := range c.Request.all {
		if isName(q) && !slices.Contains(brought, q) && !slices.Contains(c.Request.Given, q) {
			brought = append(brought, q)
		}
	}
	return brought[:min(len(brought), mostPieces)]
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
			c.Request, c.Requests, c.answer, c.Pending = nil, nil, nil, nil
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
	missing := c.stillMissing()
	if kind == KindAnswer {
		f.asked, f.pieces = c.Request.Kind, c.brings()
	}
	if f.asked == Missing {
		missing = slices.DeleteFunc(slices.Clone(missing), func(id string) bool { return slices.Contains(f.pieces, id) })
	}
	content, err := cat.sealedContent(f, service.Reading{})
	if err != nil {
		return false, err
	}
	reading, completes := c.completed(dr, f.asked == Missing && len(missing) == 0)
	err = d.sealing(ctx, func() error {
		env, err := d.sealEnvelope(cat, s, f, content)
		if err != nil {
			return err
		}
		if completes {
			return d.acknowledge(cat, s, f, reading, env)
		}
		_, err = d.deposit(cat, s, f, missing, env)
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
	for _, r := range c.Requests {
		if r.Kind == Missing {
			return r.Questions
		}
	}
	return nil
}

// completed is what the file holds once the pieces due since filing are all
// given; false where they are not. The second receipt rests on it.
func (c *Case) completed(dr *Draft, all bool) (service.Reading, bool) {
	if !all {
		return service.Reading{}, false
	}
	r := c.reading
	r.Missing = nil
	for _, fee := range c.Receipt.Fees {
		r.Fees = append(r.Fees, service.FeeDue{ID: fee.ID, Centimes: fee.Amount})
	}
	r.Answers = maps.Clone(r.Answers)
	files := []service.FileRef{}
	for i := range c.own {
		if e := &c.own[i]; e.kind == KindAnswer && requestOf(e.step) == Missing {
			given, err := e.list(c.keys)
			if err != nil {
				continue // it was opened to count what is still due
			}
			files = append(files, given...)
		}
	}
	for _, f := range dr.body.Files {
		files = append(files, f.FileRef)
	}
	for _, f := range files {
		if f.Question != "" {
			given, _ := r.Answers[f.Question].([]any)
			r.Answers[f.Question] = append(slices.Clone(given), map[string]any{"id": f.ID, "name": f.Name, "media_type": f.MediaType, "size": f.Size})
		}
	}
	return r, true
}
