package portal

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/base/errs"
	"wasl/internal/base/i18n"
	"wasl/internal/base/web"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

// Controls of the answer form. A piece of the request has its question's id
// after filePrefix; attached is any other file.
const (
	wordsControl = "text"
	partControl  = "_part" // how many answers to the request there were before
	filePrefix   = "piece."
	attached     = "attached"
)

type answerPageData struct {
	frame
	Reference, Code, Token string
	Back, Action           string
	Part                   int // answers to this request before
	Request                *requestView
	Problems               []problemLine
	Fields                 []field
}

func (s *Server) answerForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	open, err := s.choose(r, c)
	if err != nil {
		return err
	}
	if !open {
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	}
	return s.renderAnswer(w, r, l, c, http.StatusOK, "", nil)
}

// choose takes the request that the query names, of several; false where that
// one is not open any more.
func (s *Server) choose(r *http.Request, c *intake.Case) (bool, error) {
	return s.chooseNamed(r, c, r.URL.Query().Get("r"))
}

func (s *Server) chooseNamed(r *http.Request, c *intake.Case, named string) (bool, error) {
	if named == "" {
		return c.Request != nil, nil
	}
	n, err := strconv.Atoi(named)
	if err != nil {
		return false, nil
	}
	return s.desk.Choose(r.Context(), c, n)
}

// answering is one post of an answer while it is read.
type answering struct {
	s        *Server
	r        *http.Request
	c        *intake.Case
	sent     map[string]int // files of this post by control
	problems []service.Problem
}

// stale tells that a form was made before the last answer to its request: it
// was handed in already.
func (p *answering) stale(values url.Values) bool {
	part, err := strconv.Atoi(values.Get(partControl))
	return err == nil && part < p.c.Request.Answers
}

func (p *answering) file(name, filename string, r io.Reader) error {
	if p.stale(web.Posted(p.r)) {
		return nil
	}
	question, ok := strings.CutPrefix(name, filePrefix)
	if name == attached {
		question = ""
	} else if !ok {
		return nil
	}
	most := service.MaxFiles
	if q := p.c.Service.Question(question); q != nil {
		most = q.MaxFiles
	}
	p.sent[name]++
	err := tooMany(p.sent[name], most)
	if err == nil {
		_, err = p.s.desk.AddAnswerFile(p.r.Context(), p.c, question, filename, r)
	}
	if wrong, is := fileProblem(err, "", name); is {
		p.problems = append(p.problems, wrong)
		return nil
	}
	return err
}

// answer hands in what is asked: words, pieces, or both. Posting it twice
// hands it in once.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if gone(err) {
		return s.answerGone(w, r, l, err)
	}
	if err != nil {
		return err
	}
	p := &answering{s: s, r: r, c: c, sent: map[string]int{}}
	var values url.Values
	open, err := s.choose(r, c)
	if err != nil {
		return err
	}
	if !open { // answered already, or closed
		if _, err := web.Form(r, pageLimits, nil); err != nil {
			return err
		}
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	}
	if values, err = web.Form(r, pageLimits, p.file); err != nil {
		return undone(err, s.desk.UndoAnswer(r.Context(), c))
	}
	if p.stale(values) {
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	}
	text := values.Get(wordsControl)
	if id := values.Get("_remove"); id != "" {
		if err := s.desk.RemoveAnswerFile(r.Context(), c, id[strings.LastIndexByte(id, '.')+1:]); err != nil {
			return err
		}
		return s.renderAnswer(w, r, l, c, http.StatusOK, text, nil)
	}
	if len(p.problems) == 0 {
		err = s.desk.Answer(r.Context(), c, text)
		if err == nil || errs.KindOf(err) == errs.Conflict {
			return web.SeeOther(w, r, casePath(l, c.Reference, ""))
		}
		wrong, ok := answerProblem(err)
		if !ok {
			return err
		}
		p.problems = append(p.problems, wrong)
	}
	return s.renderAnswer(w, r, l, c, http.StatusUnprocessableEntity, text, p.problems)
}

// answerGone carries on an answer from a browser that no longer holds the code.
func (s *Server) answerGone(w http.ResponseWriter, r *http.Request, l i18n.Lang, cause error) error {
	values, err := web.Form(r, pageLimits, nil)
	if err != nil {
		return err
	}
	typed := typedOnly(values)
	if strings.TrimSpace(typed.Get(wordsControl)) == "" {
		return cause
	}
	return s.askCode(w, r, l, carried{reference: plainReference(r), request: r.URL.Query().Get("r"), values: typed})
}

// answerProblem places what is wrong with an answer.
func answerProblem(err error) (service.Problem, bool) {
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid || !strings.HasPrefix(e.Key, "answer.") {
		return service.Problem{}, false
	}
	at := wordsControl
	if e.Key == "answer.missing" && len(e.Args) > 0 {
		if id, ok := e.Args[len(e.Args)-1].(string); ok {
			at = filePrefix + id
		}
	}
	return service.Problem{Control: at, Part: at, Field: at, Key: e.Key, Args: []any{"max", intake.MaxAnswer}}, true
}

// answerPath is the form that answers one request of a case.
func answerPath(l i18n.Lang, c *intake.Case, q *intake.Request) string {
	path := casePath(l, c.Reference, "/answer")
	if q.N > 0 {
		path += "?r=" + strconv.Itoa(q.N)
	}
	return path
}

func (s *Server) renderAnswer(w http.ResponseWriter, r *http.Request, l i18n.Lang, c *intake.Case, status int, text string, problems []service.Problem) error {
	p := answerPageData{
		frame: frameOf(r, l, texts.T(l, "answer.title")), Reference: c.Reference, Code: c.Code, Token: c.Token,
		Back: casePath(l, c.Reference, ""), Action: answerPath(l, c, c.Request), Request: requestOf(l, c, c.Request), Part: c.Request.Answers,
	}
	if _, query, named := strings.Cut(p.Action, "?"); named { // another language keeps the request
		p.Path += "?" + query
	}
	b := &builder{lang: l, typed: service.Typed{wordsControl: {text}}, def: c.Service, problems: map[string]service.Problem{}}
	for _, wrong := range problems {
		b.problems[wrong.Control] = wrong
	}
	for _, id := range c.Request.Questions {
		if q := c.Service.Question(id); q != nil {
			f := field{ID: filePrefix + id, Label: q.Label(l)}
			b.wrong(&f)
			b.pieces(&f, q, c.Pending)
			p.Fields = append(p.Fields, f)
		}
	}
	words := field{Shape: "area", ID: wordsControl, Label: texts.T(l, "answer.words"), Value: text, Optional: len(c.Request.Questions) > 0}
	b.wrong(&words)
	other := field{Shape: "file", ID: attached, Label: texts.T(l, "answer.attached"), Optional: true, Many: true, Accept: "application/pdf,image/*"}
	b.wrong(&other)
	other.Files = pending(c.Pending, "", attached)
	p.Fields = append(p.Fields, words, other)
	p.Problems = b.lines(p.Fields)
	p.Wrong = len(p.Problems) > 0
	return s.render(w, r, l, status, "answer", p)
}

// pieces shows a piece of the request with what is kept for it.
func (b *builder) pieces(f *field, q *service.Question, kept []service.FileRef) {
	f.Shape, f.Many, f.Accept = "file", q.MaxFiles > 1, strings.Join(q.MediaTypes(), ",")
	f.Hint = fileLimits(b.lang, q)
	f.Files = pending(kept, q.ID, f.ID)
}

// pending lists the kept files of one question of an answer; they cannot be
// read back before they are handed in, only taken off.
func pending(kept []service.FileRef, question, control string) []keptFile {
	var list []keptFile
	for _, f := range kept {
		if f.Question == question {
			list = append(list, keptFile{Name: f.Name, Size: f.Size, Remove: control + "." + f.ID})
		}
	}
	return slices.Clip(list)
}

type withdrawPage struct {
	frame
	Reference, Code, Service, Token string
	Back, Action                    string
}

// withdrawForm asks once more before an application is taken back.
func (s *Server) withdrawForm(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	c, err := s.held(r)
	if err != nil {
		return err
	}
	if !c.Open {
		return web.SeeOther(w, r, casePath(l, c.Reference, ""))
	}
	return s.render(w, r, l, http.StatusOK, "withdraw", withdrawPage{
		frame: frameOf(r, l, texts.T(l, "withdraw.title")), Reference: c.Reference, Code: c.Code, Service: c.Service.T(l, "title"),
		Token: c.Token, Back: casePath(l, c.Reference, ""), Action: casePath(l, c.Reference, "/withdraw"),
	})
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request, l i18n.Lang) error {
	if _, err := web.Form(r, wordLimits, nil); err != nil {
		return err
	}
	c, err := s.held(r)
	if err != nil {
		return err
	}
	if err := s.desk.Withdraw(r.Context(), c); err != nil && errs.KindOf(err) != errs.Conflict {
		return err
	}
	return web.SeeOther(w, r, casePath(l, c.Reference, ""))
}
