package lawcase

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/clock"
	"wasl/internal/domain/clock/words"
)

//go:embed texts
var files embed.FS

var catalog = i18n.MustLoad(files, "texts")

// sheet is a print-out being written in one language.
type sheet struct {
	b    strings.Builder
	lang i18n.Lang
	w    words.Words
	r    *Report
}

// Print writes a report line by line for a court: the terms, each event and
// what it did, the arithmetic, the dates, and what the law does not say.
func (r *Report) Print(l i18n.Lang) string {
	s := &sheet{lang: l, w: words.In(l), r: r}
	s.line(0, strings.TrimRight(s.t("case", "id", i18n.Isolate(r.Case.ID), "about", r.Case.About), " :"))
	s.line(0, s.t("profile", "name", r.Profile.Name, "version", r.Profile.Version, "hash", r.Profile.Hash()))
	s.terms()
	s.events()
	s.tries()
	s.suspensions()
	s.due()
	s.dates()
	s.states()
	s.open()
	s.sure()
	s.differs()
	text := strings.ReplaceAll(s.b.String(), "\u00a0", " ") // to be searched for
	if l == i18n.AR {
		return text
	}
	return strings.NewReplacer("\u2066", "", "\u2069", "").Replace(text)
}

func (s *sheet) line(indent int, text string) {
	s.b.WriteString(strings.Repeat("  ", indent) + text + "\n")
}

func (s *sheet) t(key string, args ...any) string { return catalog.T(s.lang, key, args...) }

// date is a civil date with its weekday; "none" for none.
func (s *sheet) date(d clock.Date) string {
	if d == clock.NoDate {
		return s.t("nothing")
	}
	return s.weekday(d.Time().Weekday().String()) + " " + i18n.Isolate(i18n.CivilDate(s.lang, d.String()))
}

func (s *sheet) weekday(name string) string { return s.t("weekday." + strings.ToLower(name)) }

func (s *sheet) days(n int) string { return i18n.Days(s.lang, n) }

// law cites the article that a date rests on.
func (s *sheet) law(name string) string {
	term, _ := termOf(s.r.Profile, name, s.r.Case.Terms)
	return s.w.Cite(term.Text, articles(term.Article)...)
}

func (s *sheet) act(do string) string {
	rule := s.r.Profile.Acts[do]
	return s.w.Cite(rule.Text, articles(rule.Article)...)
}

func articles(article string) []string {
	if article == "" {
		return nil
	}
	return []string{article}
}

// join lists items with the language's comma.
func (s *sheet) join(items []string) string {
	comma := ", "
	if s.lang == i18n.AR {
		comma = "، "
	}
	return strings.Join(items, comma)
}

func (s *sheet) terms() {
	t, p := s.r.Case.Terms, s.r.Profile
	s.line(0, s.t("terms"))
	if t.Law != "" {
		s.line(1, s.t("terms.law", "law", s.w.Cite(t.Law), "title", s.w.LawTitle(t.Law)))
	} else {
		kind, authority := t.Kind, t.Authority
		if kind == "" {
			kind = clock.KindNormal
		}
		if authority == "" {
			authority = clock.AuthorityState
		}
		if kind == clock.KindOnTheSpot {
			s.line(1, s.w.Kind(kind))
		} else {
			s.line(1, s.t("terms.delay", "kind", s.w.Kind(kind), "authority", s.w.Authority(authority), "days", s.days(t.Days), "law", s.law("due_on")))
		}
		if s.r.Clock.SilenceMeans != "" && kind != clock.KindInformation && kind != clock.KindOnTheSpot {
			s.line(1, s.t("terms.silence", "silence", s.w.Silence(s.r.Clock.SilenceMeans), "law", s.law("silence_effect_on")))
		}
		s.extension(t)
	}
	if t.Urgent {
		s.line(1, s.t("terms.urgent", "law", s.w.Cite(p.Rules.InfoUrgent.Text, articles(p.Rules.InfoUrgent.Article)...)))
	}
	if t.Fetch {
		s.line(1, s.t("terms.fetch", "law", s.law("fetch_notice_last")))
	}
	if t.Appeal == clock.Commission {
		s.line(1, s.t("terms.commission", "law", s.w.Cite(clock.Commission)))
	}
	s.restDays()
}

func (s *sheet) extension(t clock.Terms) {
	switch t.Extension {
	case "":
		s.line(1, s.t("terms.noextension"))
	case clock.ForAny, clock.ForExpertise, clock.ForInquiry:
		s.line(1, s.t("terms.extension", "ground", s.w.Ground(t.Extension), "law", s.act(clock.Extend)))
	default:
		s.line(1, s.t("terms.extension", "ground", i18n.Isolate(t.Extension), "law", s.act(clock.Extend)))
	}
}

// restDays names the weekly rest, and the holidays between the first event and
// the last date.
func (s *sheet) restDays() {
	p := s.r.Profile
	weekend := p.Weekend
	if s.r.Case.Rest && s.r.Case.Weekend != nil {
		weekend = s.r.Case.Weekend
	}
	var names []string
	for day := range 7 { // 1970-01-04 was a Sunday
		name := (clock.Date(day) + 3).Time().Weekday().String()
		if slices.ContainsFunc(weekend, func(w string) bool { return strings.EqualFold(w, name) || strings.EqualFold(w, name[:3]) }) {
			names = append(names, s.weekday(name))
		}
	}
	s.line(1, s.t("terms.weekend", "days", or(s.join(names), s.t("nothing"))))
	first, last := s.span()
	var days []string
	for _, h := range p.Holidays {
		if h.On >= first && h.On <= last {
			days = append(days, i18n.Isolate(i18n.CivilDate(s.lang, h.On.String())))
		}
	}
	if len(days) == 0 {
		s.line(1, s.t("terms.noholidays"))
		return
	}
	s.line(1, s.t("terms.holidays", "dates", s.join(days)))
}

// span is the first and the last day that the case speaks of.
func (s *sheet) span() (first, last clock.Date) {
	first, last = s.r.On, s.r.On
	for _, e := range s.r.Case.Events {
		first = min(first, s.r.Profile.DateOf(e.At))
	}
	for _, d := range s.r.Clock.Dates() {
		last = max(last, d.On)
	}
	for _, q := range s.r.Clock.Requests {
		last = max(last, q.WindowLast)
	}
	return first, last
}

func (s *sheet) events() {
	s.line(0, s.t("events"))
	for i := range s.r.Steps {
		s.step(&s.r.Steps[i])
	}
	for _, r := range s.r.Lapsed {
		s.line(1, s.t("event.lapsed", "act", s.w.Act(r.Do), "date", s.date(r.On), "why", s.w.Why(r.Why), "law", s.w.Law(r)))
	}
}

func (s *sheet) step(step *clock.Step) {
	e, r := step.Event, step.Ruling
	day := s.r.Profile.DateOf(e.At)
	head := s.join([]string{s.date(day), i18n.Isolate(e.At.In(s.r.Profile.Location()).Format("15:04:05"))}) + "  " + s.w.Act(e.Do)
	if r.OK {
		head += " (" + s.w.Law(r) + ")"
	}
	s.line(1, head)
	s.told(e)
	if !r.OK {
		s.line(2, s.t("event.refused", "why", s.w.Why(r.Why), "law", s.w.Law(r)))
		return
	}
	if e.Do == clock.File && step.Clock.Mention != "" {
		s.line(2, s.t("event.mention", "mention", s.w.Mention(step.Clock.Mention)))
	}
	otherwise := "event.none"
	if e.Do == clock.Grant || e.Do == clock.Refuse {
		otherwise = "event.pending"
	}
	s.effects(&step.Before, &step.Clock, otherwise)
}

// told writes what the event itself says.
func (s *sheet) told(e clock.Event) {
	switch {
	case slices.Equal(e.Missing, []string{""}):
		s.line(2, s.t("event.missing.some"))
	case len(e.Missing) > 0:
		s.line(2, s.t("event.missing", "docs", s.isolated(e.Missing)))
	}
	if len(e.Docs) > 0 {
		s.line(2, s.t("event.docs", "docs", s.isolated(e.Docs)))
	}
	switch e.For {
	case "":
	case clock.ForExpertise, clock.ForInquiry:
		s.line(2, s.t("event.for", "ground", s.w.Ground(e.For)))
	case "replacement", "originals", "information":
		s.line(2, s.t("event.for", "ground", s.w.Act("request-"+e.For)))
	default:
		s.line(2, s.t("event.for", "ground", i18n.Isolate(e.For)))
	}
	if e.Days > 0 {
		s.line(2, s.t("event.days", "days", s.days(e.Days)))
	}
	if e.Reason == clock.NoReason {
		s.line(2, s.t("event.noreason"))
	}
	if e.Received != clock.NoDate {
		s.line(2, s.t("event.received", "date", s.date(e.Received)))
	}
	if e.Notified != clock.NoDate {
		s.line(2, s.t("event.notified", "date", s.date(e.Notified)))
	}
}

func (s *sheet) isolated(items []string) string {
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = i18n.Isolate(item)
	}
	return s.join(out)
}

// hidden tells that a date says nothing of its own under the case's law: of a
// request for information, the last day to answer is the due day.
func (s *sheet) hidden(name string) bool {
	return lawOf(s.r.Case.Terms) == clock.LawInformation && (name == "due_on" || name == "complete_on")
}

// effects writes what an event changed, or otherwise says why nothing did.
func (s *sheet) effects(before, after *clock.Clock, otherwise string) {
	quiet := true
	say := func(text string) { quiet = false; s.line(2, text) }
	if before.State != after.State {
		say(s.t("event.state", "state", s.w.State(after.State)))
	}
	was := before.Dates()
	for i, d := range after.Dates() {
		switch {
		case d.On == was[i].On || s.hidden(d.Name):
		case d.On == clock.NoDate:
			say(s.t("event.date.gone", "label", s.w.Date(d.Name)))
		default:
			say(s.t("event.date", "label", s.w.Date(d.Name), "date", s.date(d.On)))
		}
	}
	for i, q := range after.Requests {
		if q.WindowLast != clock.NoDate && (i >= len(before.Requests) || before.Requests[i].WindowLast != q.WindowLast) {
			say(s.t("event.date", "label", s.w.Date(keyWindows), "date", s.date(q.WindowLast)))
		}
	}
	if before.OpenRequests != after.OpenRequests {
		say(s.t("event.open", "n", s.number(after.OpenRequests)))
	}
	if quiet {
		s.line(2, s.t(otherwise))
	}
}

func (s *sheet) tries() {
	if len(s.r.Tries) == 0 {
		return
	}
	s.line(0, s.t("tries"))
	for i, r := range s.r.Tries {
		answer := s.t("try.yes", "law", s.w.Law(r))
		if !r.OK {
			answer = s.t("try.no", "why", s.w.Why(r.Why), "law", s.w.Law(r))
		}
		s.line(1, s.date(r.On)+"  "+s.w.Act(r.Do)+": "+answer)
		s.told(s.r.Case.Tries[i])
	}
}

func (s *sheet) number(n int) string { return i18n.Isolate(strconv.Itoa(n)) }

func (s *sheet) differs() {
	if len(s.r.Differences) == 0 {
		return
	}
	s.line(0, s.t("differs"))
	for _, d := range s.r.Differences {
		s.line(1, s.t("differs.line", "key", i18n.Isolate(d.Key), "got", i18n.Isolate(or(d.Got, fmt.Sprint(s.t("nothing")))), "want", i18n.Isolate(or(d.Want, s.t("nothing")))))
	}
}
